package io.mivaa.batch.pipeline.embed;

import ai.onnxruntime.OrtException;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Embeds in this process, with the built-in quantised all-MiniLM-L6-v2 or a custom model. All documents share one
 * session and one thread pool, text by text: a single document uses all threads, several documents take turns.
 *
 * <p>The model reads a text up to its token limit; {@link #count} counts all tokens of any text.
 */
final class OnnxEmbedder implements Embedder, AutoCloseable {

    static final String PROVIDER = "onnx";

    /** The limit that its authors use. The model has 512 positions, but was not trained on texts that long. */
    private static final int MINILM_TOKENS = 256;

    private final EmbeddingModel description;
    private final OnnxDirectory.Use use;
    private final WordPieces tokenizer;
    private final OnnxModel model;
    private final ExecutorService pool;

    /** @param threads the number of texts embedded at the same time */
    OnnxEmbedder(int threads) {
        this("all-minilm-l6-v2-q", OnnxDirectory.Use.plain(MINILM_TOKENS), new WordPieces(), new OnnxModel(), threads);
    }

    /**
     * @param name by which batches choose it
     * @throws IllegalArgumentException when the directory has no usable model
     */
    OnnxEmbedder(String name, OnnxDirectory directory, int threads) {
        this(name, directory.use(), directory.tokenizer(), directory.model(), threads);
    }

    private OnnxEmbedder(String name, OnnxDirectory.Use use, WordPieces tokenizer, OnnxModel model, int threads) {
        this.description = new EmbeddingModel(PROVIDER, name, model.dimensions(), use.maxTokens());
        this.use = use;
        this.tokenizer = tokenizer;
        this.model = model;
        this.pool = Executors.newFixedThreadPool(threads, new Threads());
    }

    @Override
    public EmbeddingModel model() {
        return description;
    }

    @Override
    public String variant() {
        return use.variant();
    }

    /** Includes the prefix of documents, which counts towards the model's limit. */
    @Override
    public int count(String text) {
        return tokenizer.count(use.documentPrefix() + text);
    }

    /**
     * {@inheritDoc}
     *
     * @throws CancellationException when the embedder is closed or the thread is interrupted; its interrupt status
     *     stays set
     */
    @Override
    public List<float[]> embed(List<String> texts) {
        return embed(texts, use.documentPrefix());
    }

    @Override
    public List<float[]> embedQueries(List<String> queries) {
        return embed(queries, use.queryPrefix());
    }

    private List<float[]> embed(List<String> texts, String prefix) {
        List<Future<float[]>> pending = new ArrayList<>(texts.size());
        try {
            for (String text : texts) {
                pending.add(pool.submit(() -> vector(prefix + text)));
            }
            List<float[]> vectors = new ArrayList<>(texts.size());
            for (Future<float[]> each : pending) {
                stopIfInterrupted();
                vectors.add(each.get());
            }
            return vectors;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled("Embedding was interrupted", e);
        } catch (RejectedExecutionException e) {
            throw cancelled("The embedder is closed", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            pending.forEach(each -> each.cancel(false));
        }
    }

    /** A completed future returns its value without checking for an interrupt. */
    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("before the next vector");
        }
    }

    private float[] vector(String text) throws OrtException {
        return UnitVector.of(model.vector(tokenizer.ids(text, use.maxTokens())), model.dimensions());
    }

    private static CancellationException cancelled(String message, Exception cause) {
        CancellationException cancellation = new CancellationException(message);
        cancellation.initCause(cause);
        return cancellation;
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException known) {
            return known;
        }
        return new TransientFailure("embedding-failed", "The embedding model failed.", cause);
    }

    /** Embeds a text, so that the first document is not slower than the others. */
    void warmUp() {
        embed(List.of("warm"));
    }

    /** Waits for the texts that are being embedded, discards the waiting ones, and frees the native memory. */
    @Override
    public void close() {
        pool.shutdownNow().forEach(OnnxEmbedder::cancel);
        if (finished()) {
            model.close();
            tokenizer.close();
        }
    }

    private static void cancel(Runnable waiting) {
        if (waiting instanceof Future<?> future) {
            future.cancel(false);
        }
    }

    /** A text takes milliseconds. If one does not end, its memory is leaked rather than freed while in use. */
    private boolean finished() {
        try {
            return pool.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Makes daemon threads, which do not keep the process alive. */
    private static final class Threads implements ThreadFactory {

        private final AtomicInteger started = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "embedder-" + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
