package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.util.Set;

/** Reads documents of some media types. Implementations are stateless and thread-safe. */
public interface Parser {

    /** The media types that this parser reads. */
    Set<String> mediaTypes();

    /**
     * @param progress called after each page; may stop the parser
     * @throws Rejected when the document can never be read: damaged, encrypted, without text, too large
     * @throws java.util.concurrent.CancellationException when {@code progress} throws it
     */
    ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress);
}
