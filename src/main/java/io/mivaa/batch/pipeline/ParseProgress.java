package io.mivaa.batch.pipeline;

/** Told by a parser how far it is; may throw {@link java.util.concurrent.CancellationException} to stop it. */
@FunctionalInterface
public interface ParseProgress {

    ParseProgress NONE = pages -> {};

    /** @param pages how many pages have been read so far */
    void pagesRead(int pages);
}
