package io.mivaa.batch.intake;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that a test can stop, break and mend: batches choose it as {@code gate/stone}. */
public final class Gate implements Embedder {

    /** The options of a batch that goes through the gate, with one attempt per document. */
    public static final String OPTIONS =
            "{\"maxAttempts\": 1, \"embedding\": {\"provider\": \"gate\", \"model\": \"stone\"}}";

    private final AtomicInteger waiting = new AtomicInteger();
    private boolean shut;
    private int mayPass;
    private volatile boolean broken;

    @Override
    public EmbeddingModel model() {
        return new EmbeddingModel("gate", "stone", 2, 256);
    }

    @Override
    public int count(String text) {
        return 2 + new StringTokenizer(text).countTokens();
    }

    @Override
    public synchronized List<float[]> embed(List<String> texts) {
        waiting.incrementAndGet();
        try {
            while (shut && mayPass == 0) {
                wait();
            }
            mayPass = Math.max(0, mayPass - 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted at the gate");
        } finally {
            waiting.decrementAndGet();
        }
        if (broken) {
            throw new TransientFailure("gate-broken", "The gate is broken.", null);
        }
        return texts.stream().map(text -> new float[] {0.6f, 0.8f}).toList();
    }

    public synchronized void shut() {
        shut = true;
    }

    /** While it is shut: so many texts more may pass. */
    public synchronized void letPass(int texts) {
        mayPass = texts;
        notifyAll();
    }

    public synchronized void open() {
        shut = false;
        mayPass = 0;
        notifyAll();
    }

    public void fail() {
        broken = true;
    }

    public void mend() {
        broken = false;
    }

    /** How many documents stand before it. */
    public int waiting() {
        return waiting.get();
    }
}
