package io.mivaa.batch.pipeline;

/** Receives the progress of a parser; may throw {@link java.util.concurrent.CancellationException} to stop it. */
@FunctionalInterface
public interface ParseProgress {

    ParseProgress NONE = pages -> {};

    /** @param pages number of pages read so far */
    void pagesRead(int pages);
}
