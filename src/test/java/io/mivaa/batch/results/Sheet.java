package io.mivaa.batch.results;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Warning;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes RAG documents of given chunks, one to a page, as the pipeline would. */
public final class Sheet {

    private Sheet() {}

    public static RagDocument of(String... chunks) {
        return of(ResultsApplication.EMBEDDER, chunks);
    }

    public static RagDocument of(Embedder embedder, String... texts) {
        return make(embedder, texts.length, texts);
    }

    /** As of a text file. */
    public static RagDocument withoutPages(String... texts) {
        return make(ResultsApplication.EMBEDDER, null, texts);
    }

    private static RagDocument make(Embedder embedder, @Nullable Integer pages, String... texts) {
        List<Chunk> chunks = new ArrayList<>();
        int start = 0;
        for (String text : texts) {
            int index = chunks.size();
            PageRange page = pages == null ? null : new PageRange(index + 1, index + 1);
            chunks.add(new Chunk(
                    index,
                    text,
                    start,
                    start + text.length(),
                    page,
                    List.of("Sheet", "Part " + index),
                    Block.Kind.PARAGRAPH,
                    "Sheet\n",
                    7,
                    sha256(text)));
            start += text.length() + 2;
        }
        List<String> embedded = chunks.stream().map(Chunk::text).toList();
        return new RagDocument(
                "Sheet of " + texts.length,
                "en",
                String.join("\n\n", texts),
                List.of(),
                pages,
                Metadata.NONE,
                List.of(new RagDocument.Heading(1, "Sheet", 0, pages == null ? null : 1)),
                List.of(new RagDocument.PlacedTable(
                        List.of("Grade"), List.of(List.of("304"), List.of("316L")), null, 1, 0, 3)),
                List.of(new RagDocument.Figure("A cut", null)),
                chunks,
                embedder.embed(embedded),
                embedder.model(),
                new RagDocument.Quality(1.0, List.of(new Warning("ragged-table", "A row is short.", 1)), List.of(2)));
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
