package io.mivaa.batch.pipeline;

import java.util.function.Supplier;

/**
 * Runs the steps of the pipeline, so that its caller can time, retry or stop them. EMBED runs once for each group of
 * chunks, every other stage once.
 */
public interface StageRunner extends ParseProgress {

    /** Runs every step directly. */
    StageRunner DIRECT = new StageRunner() {
        @Override
        public <T> T run(Stage stage, Supplier<T> step) {
            return step.get();
        }
    };

    <T> T run(Stage stage, Supplier<T> step);

    @Override
    default void pagesRead(int pages) {}

    /** Called when the document has been split into this many chunks. */
    default void chunked(int chunks) {}

    /** Called when this many chunks have their vector. */
    default void embedded(int chunks) {}
}
