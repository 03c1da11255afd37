package io.mivaa.batch.worker.provider;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.worker.settings.Breaker;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The gates of all embedding providers on this instance, one each. Thread-safe. */
public final class ProviderGates {

    private final Map<String, ProviderGate> gates = new TreeMap<>();
    private final Pipeline pipeline;

    /** @param pipeline whose embedders are guarded */
    public ProviderGates(
            Pipeline pipeline, Breaker settings, Clock clock, RandomGenerator random, MeterRegistry meters) {
        this(pipeline, UnaryOperator.identity(), settings, clock, random, meters);
    }

    /**
     * Gates behind a cache.
     *
     * @param pipeline whose embedders are guarded
     * @param before is put in front of each gate: a cache, which returns vectors also while the provider is not called
     */
    public ProviderGates(
            Pipeline pipeline,
            UnaryOperator<Embedder> before,
            Breaker settings,
            Clock clock,
            RandomGenerator random,
            MeterRegistry meters) {
        for (EmbeddingModel model : pipeline.models()) {
            gates.computeIfAbsent(
                    model.provider(), provider -> new ProviderGate(provider, settings, clock, random, meters));
        }
        this.pipeline = pipeline.withEmbedders(embedder -> before.apply(guarded(embedder)));
    }

    /** The pipeline with every embedder behind its provider's gate. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /**
     * Runs the work of an attempt behind its provider's gate.
     *
     * @throws Parked without running it, while the provider is not called
     */
    public <T> T through(String provider, ProviderGate.Work<T> work) throws IOException {
        ProviderGate gate = gates.get(provider);
        return gate == null ? work.run() : gate.through(work);
    }

    /** Provider to state: {@code closed}, {@code half-open}, {@code open} or {@code rate-limited}. */
    Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        gates.forEach((provider, gate) -> states.put(provider, gate.state()));
        return states;
    }

    private Embedder guarded(Embedder embedder) {
        return new GatedEmbedder(
                embedder, Objects.requireNonNull(gates.get(embedder.model().provider())));
    }

    private record GatedEmbedder(Embedder embedder, ProviderGate gate) implements Embedder {

        @Override
        public EmbeddingModel model() {
            return embedder.model();
        }

        @Override
        public int count(String text) {
            return embedder.count(text);
        }

        @Override
        public String variant() {
            return embedder.variant();
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return gate.call(() -> embedder.embed(texts));
        }

        @Override
        public List<float[]> embedQueries(List<String> queries) {
            return gate.call(() -> embedder.embedQueries(queries));
        }
    }
}
