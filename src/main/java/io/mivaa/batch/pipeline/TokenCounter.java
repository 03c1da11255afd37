package io.mivaa.batch.pipeline;

/** Counts tokens as an embedding model does. Thread-safe. */
@FunctionalInterface
public interface TokenCounter {

    /** Tokens of the text with the model's special tokens, not truncated. */
    int count(String text);
}
