package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The bytes of documents, in pieces of at most 1 MiB so that no file is ever whole in memory. Thread-safe. */
@Repository
public class Contents {

    public static final int PIECE = 1 << 20;

    private static final int FLUSH_BYTES = 4 * PIECE;

    private final JdbcTemplate template;
    private final JdbcClient jdbc;

    Contents(JdbcTemplate template, JdbcClient jdbc) {
        this.template = template;
        this.jdbc = jdbc;
    }

    /** A new writer; made by a method, because this object may be wrapped in a proxy that has none of its fields. */
    Writer writer() {
        return new Writer();
    }

    /** Collects pieces of many documents and writes them a few MiB at a time, in the caller's transaction. */
    final class Writer {

        private final List<Object[]> pending = new ArrayList<>();
        private int pendingBytes;

        void add(JobId job, InputStream content) throws IOException {
            for (int piece = 0; ; piece++) {
                byte[] bytes = content.readNBytes(PIECE);
                if (bytes.length == 0) {
                    return;
                }
                pending.add(new Object[] {job.value(), piece, bytes});
                pendingBytes += bytes.length;
                if (pendingBytes >= FLUSH_BYTES || pending.size() >= 500) {
                    flush();
                }
            }
        }

        void flush() {
            if (!pending.isEmpty()) {
                template.batchUpdate("insert into document_content (job_id, piece, bytes) values (?, ?, ?)", pending);
                pending.clear();
                pendingBytes = 0;
            }
        }
    }

    /**
     * Copies a document's bytes into a file, piece by piece.
     *
     * @param length of the document; the file is shorter when the bytes were not kept
     * @throws IOException when the file cannot be written, a full disk for example
     */
    public void copyTo(JobId job, long length, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            long copied = 0;
            for (int piece = 0; copied < length; piece++) {
                var bytes = jdbc.sql("select bytes from document_content where job_id = :job and piece = :piece")
                        .param("job", job.value())
                        .param("piece", piece)
                        .query((row, n) -> row.getBytes(1))
                        .optional();
                if (bytes.isEmpty()) {
                    break;
                }
                out.write(bytes.get());
                copied += bytes.get().length;
            }
        }
    }
}
