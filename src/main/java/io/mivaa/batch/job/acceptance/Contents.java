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

/** The bytes of documents, in pieces of at most 1 MiB, so that no whole file is ever in memory. Thread-safe. */
@Repository
public class Contents {

    /** The bytes of the largest piece. */
    public static final int PIECE = 1 << 20;

    private static final int FLUSH_BYTES = 4 * PIECE;

    private final JdbcTemplate template;
    private final JdbcClient jdbc;

    Contents(JdbcTemplate template, JdbcClient jdbc) {
        this.template = template;
        this.jdbc = jdbc;
    }

    /** Creates a writer. A method, because callers may hold a proxy of this object, which has none of its fields. */
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
     * Copies the bytes of a document into a file, piece by piece.
     *
     * @param length of the document; the file is shorter if the bytes are no longer stored
     * @throws IOException when the file cannot be written, for example to a full disk
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
