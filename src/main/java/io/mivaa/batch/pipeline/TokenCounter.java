package io.mivaa.batch.pipeline;

/** Counts tokens as an embedding model does. Thread-safe. */
@FunctionalInterface
public interface TokenCounter {

    /** The tokens of the whole text, the model's special tokens included. */
    int count(String text);
}
