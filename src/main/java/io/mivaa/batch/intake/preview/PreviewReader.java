package io.mivaa.batch.intake.preview;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.document.KeptPassword;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.Stage;
import io.mivaa.batch.pipeline.StageRunner;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Reads documents while a client waits, outside the queue: a few at a time, each for a limited time. A parser that
 * ignores the interrupt keeps its place until it ends, so there are never more threads than places. Thread-safe.
 */
@Component
class PreviewReader {

    private final Pipeline pipeline;
    private final SpoolDirectory spool;
    private final PreviewSettings settings;
    private final Semaphore free;

    PreviewReader(Pipeline pipeline, SpoolDirectory spool, PreviewSettings settings) {
        this.pipeline = pipeline;
        this.spool = spool;
        this.settings = settings;
        this.free = new Semaphore(settings.maxConcurrent(), true);
    }

    /** The work did not end in time. */
    static final class TooSlow extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Runs the work on its own thread, which is interrupted after the time limit.
     *
     * @throws Problem 503 {@code busy} when the wait for the turn takes too long
     */
    <T> T runTimed(Supplier<T> work) throws TooSlow {
        if (!hasTurn()) {
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "busy",
                            "Too many previews and estimates are running at the moment; send the request again later.")
                    .retryAfter(Math.max(1, settings.maxQueueTime().toSeconds()));
        }
        FutureTask<T> task = new FutureTask<>(() -> {
            try {
                return work.get();
            } finally {
                free.release();
            }
        });
        Thread thread = new Thread(task, "preview");
        thread.setDaemon(true);
        thread.start();
        return outcome(task);
    }

    private <T> T outcome(FutureTask<T> task) throws TooSlow {
        try {
            return task.get(settings.maxTime().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new TooSlow();
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            // A Supplier throws no checked exceptions.
            throw (Error) e.getCause();
        }
    }

    private boolean hasTurn() {
        try {
            return free.tryAcquire(settings.maxQueueTime().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Parses and chunks a document; throws the failures of the pipeline. */
    RagDocument read(NewDocument document, BatchOptions options) {
        try {
            Path folder = spool.newFolder();
            Path file = folder.resolve("document");
            try (InputStream content = document.content().open()) {
                Files.copy(content, file);
                return pipeline.preview(
                        new Source(
                                document.filename(),
                                document.mediaType(),
                                file,
                                document.bytes(),
                                document.sha256(),
                                document.password() instanceof KeptPassword kept ? kept.password() : null),
                        options(options),
                        Interruptible.RUNNER);
            } finally {
                FileSystemUtils.deleteRecursively(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PipelineOptions options(BatchOptions options) {
        BatchOptions.Chunking chunking = options.chunking();
        return new PipelineOptions(
                new ChunkingOptions(
                        chunking.strategy(), chunking.maxTokens(), chunking.overlapTokens(), chunking.minTokens()),
                options.embedding().provider() + "/" + options.embedding().model());
    }

    /** Stops at the next page or step. */
    private enum Interruptible implements StageRunner {
        RUNNER;

        @Override
        public <T> T run(Stage stage, Supplier<T> step) {
            stopIfInterrupted();
            return step.get();
        }

        @Override
        public void pagesRead(int pages) {
            stopIfInterrupted();
        }

        private static void stopIfInterrupted() {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
        }
    }
}
