package io.mivaa.batch.pipeline;

/** Keeps what a parser does to its process away from the service: see {@code pipeline.process}. */
@FunctionalInterface
public interface Isolation {

    /** Parsers run in the service's own process. */
    Isolation NONE = parser -> parser;

    /** A parser with the same results, which may run elsewhere. */
    Parser isolate(Parser parser);
}
