package io.mivaa.batch.pipeline;

import java.util.function.Supplier;

/**
 * Runs each step for the pipeline, so that its owner can time, retry or stop it. EMBED is run once per sub-batch of
 * chunks; every other stage once.
 */
public interface StageRunner extends ParseProgress {

    /** Runs every step as it is. */
    StageRunner DIRECT = new StageRunner() {
        @Override
        public <T> T run(Stage stage, Supplier<T> step) {
            return step.get();
        }
    };

    <T> T run(Stage stage, Supplier<T> step);

    @Override
    default void pagesRead(int pages) {}

    /** The document has been cut into this many chunks. */
    default void chunked(int chunks) {}

    /** So many chunks have their vector now. */
    default void embedded(int chunks) {}
}
