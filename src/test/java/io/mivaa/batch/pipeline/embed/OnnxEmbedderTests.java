package io.mivaa.batch.pipeline.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxEmbedderTests {

    private static OnnxEmbedder embedder;

    @BeforeAll
    static void load() {
        embedder = new OnnxEmbedder(2);
        embedder.warmUp();
    }

    @AfterAll
    static void close() {
        embedder.close();
    }

    @Test
    void saysWhichModelItIs() {
        assertThat(embedder.model()).isEqualTo(new EmbeddingModel("onnx", "all-minilm-l6-v2-q", 384, 256));
    }

    @Test
    void embedsNothingAsNothing() {
        assertThat(embedder.embed(List.of())).isEmpty();
    }

    @Test
    void givesVectorsOfUnitLength() {
        for (float[] vector : embedder.embed(List.of("A tile.", "", "漢字", "x".repeat(10_000)))) {
            assertThat(vector).hasSize(384);
            assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void putsSimilarSentencesCloserThanOthers() {
        List<float[]> vectors = embedder.embed(List.of(
                "The cat sits on the mat.", "A kitten is sitting on a rug.", "Interest rates rose by two percent."));

        assertThat(dot(vectors.get(0), vectors.get(1))).isGreaterThan(dot(vectors.get(0), vectors.get(2)) + 0.3);
    }

    @Test
    void givesTheSameVectorForTheSameText() {
        List<float[]> vectors = embedder.embed(List.of("Porcelain stoneware.", "Other.", "Porcelain stoneware."));

        assertThat(vectors.get(0)).isEqualTo(vectors.get(2)).isNotEqualTo(vectors.get(1));
    }

    @Test
    void givesTheSameVectorsToManyCallersAsToOne() throws Exception {
        List<String> texts = IntStream.range(0, 40)
                .mapToObj(i -> "Text number " + i + " of forty.")
                .toList();
        List<float[]> serial = new ArrayList<>();
        texts.forEach(text -> serial.addAll(embedder.embed(List.of(text))));

        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            Callable<List<float[]>> call = () -> embedder.embed(texts);
            for (Future<List<float[]>> answer : callers.invokeAll(List.of(call, call, call, call))) {
                assertThat(answer.get())
                        .usingRecursiveFieldByFieldElementComparator()
                        .isEqualTo(serial);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2",
        "hello world, 4",
        "embeddings, 6",
        "Hello; WORLD!, 6",
        "漢字 仮名, 6",
        "naïve café, 4",
        "'  spaced \t out  ', 4",
    })
    void countsWordPieces(String text, int tokens) {
        assertThat(embedder.count(text)).isEqualTo(tokens);
    }

    @Test
    void countsALongTextToItsEnd() {
        assertThat(embedder.count("hello ".repeat(20_000))).isEqualTo(20_002);
    }

    @Test
    void readsALongTextUpToTheLimitOfTheModel() {
        String readable = "hello ".repeat(254);

        List<float[]> vectors =
                embedder.embed(List.of(readable, readable + "stone ".repeat(500), readable.substring(6)));

        assertThat(vectors.get(0)).isEqualTo(vectors.get(1)).isNotEqualTo(vectors.get(2));
    }

    @Test
    void survivesLoneSurrogatesAndControlCharacters() {
        assertThat(embedder.embed(List.of("\ud83d", "a\udc00b", "\u0000\u0007")))
                .hasSize(3);
    }

    @Test
    void stopsWhenItsCallerIsInterrupted() {
        Thread.currentThread().interrupt();

        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> embedder.embed(List.of("one", "two")));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(embedder.embed(List.of("three"))).hasSize(1);
    }

    @Test
    void refusesTextsAfterItIsClosed() {
        OnnxEmbedder closed = new OnnxEmbedder(1);
        closed.close();

        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> closed.embed(List.of("text")));
    }

    @Test
    void closesWhileTextsAreWaiting() throws Exception {
        OnnxEmbedder closing = new OnnxEmbedder(1);
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            CountDownLatch submitted = new CountDownLatch(100);
            Future<List<float[]>> answer = caller.submit(() -> closing.embed(new AbstractList<>() {
                @Override
                public String get(int index) {
                    submitted.countDown();
                    return "text ".repeat(200) + index;
                }

                @Override
                public int size() {
                    return 1000;
                }
            }));
            assertThat(submitted.await(10, TimeUnit.SECONDS)).isTrue();

            closing.close();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(answer::get)
                    .withCauseInstanceOf(CancellationException.class);
        } finally {
            caller.shutdownNow();
        }
    }

    private static double dot(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> (double) one[i] * other[i])
                .sum();
    }
}
