package io.mivaa.batch.results.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddingCacheTests {

    private static final Stores STORES = new Stores();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CachedVectors vectors = STORES.bean(CachedVectors.class);

    @BeforeEach
    void empty() {
        STORES.jdbc().sql("truncate embedding_cache").update();
    }

    /** Gives each text the vector of its length, and writes down what it was asked. */
    private static final class Counting implements Embedder {

        private final EmbeddingModel model;
        private final String variant;
        private final List<String> asked = new ArrayList<>();

        Counting(String name, int dimensions, String variant) {
            this.model = new EmbeddingModel("p", name, dimensions, 256);
            this.variant = variant;
        }

        @Override
        public EmbeddingModel model() {
            return model;
        }

        @Override
        public String variant() {
            return variant;
        }

        @Override
        public int count(String text) {
            return text.length();
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            asked.addAll(texts);
            return texts.stream()
                    .map(text -> {
                        float[] vector = new float[model.dimensions()];
                        vector[0] = text.length();
                        return vector;
                    })
                    .toList();
        }
    }

    private enum Aside {
        AT_ONCE,
        NEVER,
        FULL
    }

    private EmbeddingCache cache(Aside aside, Duration pause) {
        ExecutorService executor = new AbstractExecutorService() {
            @Override
            public void execute(Runnable task) {
                if (aside == Aside.FULL) {
                    throw new java.util.concurrent.RejectedExecutionException();
                }
                if (aside == Aside.AT_ONCE) {
                    task.run();
                }
            }

            @Override
            public void shutdown() {}

            @Override
            public List<Runnable> shutdownNow() {
                return List.of();
            }

            @Override
            public boolean isShutdown() {
                return false;
            }

            @Override
            public boolean isTerminated() {
                return false;
            }

            @Override
            public boolean awaitTermination(long timeout, TimeUnit unit) {
                return true;
            }
        };
        return new EmbeddingCache(
                vectors, new EmbeddingCacheSettings(true, Duration.ofMillis(50), pause), meters, executor);
    }

    private EmbeddingCache cache() {
        return cache(Aside.AT_ONCE, Duration.ofMinutes(1));
    }

    @Test
    void asksTheEmbedderOnlyForWhatIsNew() {
        Counting embedder = new Counting("m", 2, "");
        cache().around(embedder).embed(List.of("one", "three"));

        // Another instance, that is.
        List<float[]> vectors = cache().around(embedder).embed(List.of("three", "seven77", "one"));

        assertThat(embedder.asked).containsExactly("one", "three", "seven77");
        assertThat(vectors).extracting(vector -> vector[0]).containsExactly(5f, 7f, 3f);
        assertThat(lookups("hit")).isEqualTo(2);
        assertThat(lookups("miss")).isEqualTo(3);
    }

    private double lookups(String result) {
        return meters.counter("mivaa.embedding.cache.lookups", "provider", "p", "result", result)
                .count();
    }

    @Test
    void takesNoVectorOfAnotherModelWidthOrVariant() {
        for (Counting each : List.of(
                new Counting("m", 2, ""),
                new Counting("other", 2, ""),
                new Counting("m", 3, ""),
                new Counting("m", 2, "prefix: "))) {
            assertThat(cache().around(each).embed(List.of("text")).get(0))
                    .hasSize(each.model().dimensions());
            assertThat(each.asked).containsExactly("text");
        }
    }

    @Test
    void isTheSameEmbedderForEverythingElse() {
        Counting embedder = new Counting("m", 2, "v");
        Embedder cached = cache().around(embedder);

        cached.embedQueries(List.of("query"));
        cached.embedQueries(List.of("query"));

        assertThat(embedder.asked).containsExactly("query", "query");
        assertThat(cached.model()).isEqualTo(embedder.model());
        assertThat(cached.variant()).isEqualTo("v");
        assertThat(cached.count("four")).isEqualTo(4);
        assertThat(cached.embed(List.of())).isEmpty();
    }

    @Test
    void isNotThereWhenItIsTurnedOff() {
        Counting embedder = new Counting("m", 2, "");
        EmbeddingCacheSettings off = new EmbeddingCacheSettings(false, Duration.ofMillis(50), Duration.ZERO);

        assertThat(new EmbeddingCache(vectors, off, meters).around(embedder)).isSameAs(embedder);
    }

    @Test
    void noDocumentWaitsForACacheThatDoesNotAnswer() {
        Counting embedder = new Counting("m", 2, "");
        Embedder cached = cache(Aside.NEVER, Duration.ofMinutes(1)).around(embedder);

        assertThat(cached.embed(List.of("one")).get(0)).containsExactly(3, 0);
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            cached.embed(List.of("one"));
        }

        // A hundred looks would take five seconds: it is left alone instead.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(embedder.asked).hasSize(101);
        assertThat(meters.counter("mivaa.embedding.cache.failures").count()).isEqualTo(1);
    }

    @Test
    void worksOnWhileTooMuchWaitsToBeKept() {
        Counting embedder = new Counting("m", 2, "");

        assertThat(cache(Aside.FULL, Duration.ZERO).around(embedder).embed(List.of("one")))
                .hasSize(1);
    }

    @Test
    void worksOnWithoutItsTableAndUsesItWhenItIsBack() {
        Counting embedder = new Counting("m", 2, "");
        Embedder cached = cache(Aside.AT_ONCE, Duration.ZERO).around(embedder);
        STORES.jdbc().sql("alter table embedding_cache rename to away").update();
        try {
            assertThat(cached.embed(List.of("one")).get(0)).containsExactly(3, 0);
        } finally {
            STORES.jdbc().sql("alter table away rename to embedding_cache").update();
        }
        assertThat(meters.counter("mivaa.embedding.cache.failures").count()).isEqualTo(2);

        cached.embed(List.of("one"));
        cached.embed(List.of("one"));

        assertThat(embedder.asked).containsExactly("one", "one");
    }

    @Test
    void aTornVectorIsNone() {
        Counting embedder = new Counting("m", 2, "");
        cache().around(embedder).embed(List.of("one"));
        STORES.jdbc().sql("update embedding_cache set embedding = 'abc'").update();

        assertThat(cache().around(embedder).embed(List.of("one")).get(0)).containsExactly(3, 0);
        assertThat(embedder.asked).hasSize(2);
    }

    @Test
    void remembersTheDayOfTheLastUse() {
        Counting embedder = new Counting("m", 2, "");
        cache().around(embedder).embed(List.of("one", "three"));
        STORES.jdbc()
                .sql("update embedding_cache set used_on = current_date - 9")
                .update();

        cache().around(embedder).embed(List.of("three"));

        assertThat(STORES.jdbc()
                        .sql("select current_date - used_on from embedding_cache order by 1")
                        .query(Integer.class)
                        .list())
                .containsExactly(0, 9);
        assertThat(vectors.removeUnused(Duration.ofDays(8), 10)).isEqualTo(1);
        assertThat(vectors.removeBeyond(1, 10)).isZero();
        assertThat(vectors.removeBeyond(0, 10)).isEqualTo(1);
    }

    @Test
    void theWriteIsNotWaitedFor() {
        Counting embedder = new Counting("m", 2, "");
        new EmbeddingCache(
                        vectors, new EmbeddingCacheSettings(true, Duration.ofSeconds(5), Duration.ofSeconds(5)), meters)
                .around(embedder)
                .embed(List.of("one"));

        org.awaitility.Awaitility.await()
                .until(() -> STORES.jdbc()
                                .sql("select count(*) from embedding_cache")
                                .query(Integer.class)
                                .single()
                        == 1);
    }

    @Test
    void stopsWhenItsCallerIsInterrupted() {
        Embedder cached = cache(Aside.NEVER, Duration.ZERO).around(new Counting("m", 2, ""));
        Thread.currentThread().interrupt();

        try {
            assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> cached.embed(List.of("one")));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
