package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.util.Set;

/** Reads one kind of document. Implementations are stateless and thread-safe. */
public interface Parser {

    /** The media types this one reads. */
    Set<String> mediaTypes();

    /**
     * @param progress told of each page, and asked whether to go on
     * @throws Rejected when the document cannot be read, now or ever: damaged, encrypted, without text, too large
     * @throws java.util.concurrent.CancellationException when {@code progress} says so
     */
    ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress);
}
