package io.mivaa.batch.intake.preview;

import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a batch that an estimate has read. Scales their figures to the whole batch by bytes: each format by
 * its own documents, or by all documents when none of that format was read. Thread-safe.
 */
final class DocumentSample {

    private final Map<String, Sum> byType = new HashMap<>();

    private record Sum(int documents, long bytes, long pages, long chunks, long tokens) {

        private static final Sum ZERO = new Sum(0, 0, 0, 0, 0);

        Sum plus(Sum other) {
            return new Sum(
                    documents + other.documents,
                    bytes + other.bytes,
                    pages + other.pages,
                    chunks + other.chunks,
                    tokens + other.tokens);
        }
    }

    /** @param read null for a document that would be refused */
    synchronized void add(NewDocument document, @Nullable RagDocument read) {
        Integer pages = read == null ? null : read.pages();
        Sum sum = read == null
                ? new Sum(1, document.bytes(), 0, 0, 0)
                : new Sum(
                        1,
                        document.bytes(),
                        pages == null ? 0 : pages,
                        read.chunks().size(),
                        read.chunks().stream()
                                .mapToLong(chunk -> chunk.tokens())
                                .sum());
        byType.merge(document.mediaType(), sum, Sum::plus);
    }

    synchronized int documents() {
        return all().documents();
    }

    private Sum all() {
        return byType.values().stream().reduce(Sum.ZERO, Sum::plus);
    }

    synchronized long pages(List<NewDocument> documents) {
        return scaled(documents, Sum::pages);
    }

    synchronized long chunks(List<NewDocument> documents) {
        return scaled(documents, Sum::chunks);
    }

    synchronized long tokens(List<NewDocument> documents) {
        return scaled(documents, Sum::tokens);
    }

    private long scaled(List<NewDocument> documents, ToLongFunction<Sum> figure) {
        Map<String, Long> bytes = new HashMap<>();
        documents.forEach(document -> bytes.merge(document.mediaType(), document.bytes(), Long::sum));
        double sum = 0;
        for (Map.Entry<String, Long> each : bytes.entrySet()) {
            Sum of = byType.getOrDefault(each.getKey(), all());
            sum += of.bytes() == 0 ? 0 : (double) figure.applyAsLong(of) * each.getValue() / of.bytes();
        }
        return Math.round(sum);
    }
}
