package io.mivaa.batch.results.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.util.unit.DataSize;

@Timeout(20)
class EmbeddingsTests {

    private final Slow slow = new Slow();
    private final Embeddings embeddings = new Embeddings(
            new StaticListableBeanFactory().getBeanProvider(Embedder.class),
            new EmbeddingsApiSettings(256, DataSize.ofMegabytes(1), 1, Duration.ofMillis(50)));

    /** Answers when it may, and writes down how much it was asked at once. */
    private static final class Slow implements Embedder {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch may = new CountDownLatch(1);
        private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

        @Override
        public EmbeddingModel model() {
            return new EmbeddingModel("p", "m", 1, 10);
        }

        @Override
        public int count(String text) {
            return text.length();
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            sizes.add(texts.size());
            begun.countDown();
            try {
                may.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return texts.stream().map(text -> new float[] {1}).toList();
        }
    }

    @Test
    void refusesOneMoreThanItsShareAndTakesItLater() throws Exception {
        ExecutorService client = Executors.newSingleThreadExecutor();
        try {
            Future<Embeddings.Embedded> first = client.submit(() -> embeddings.embed(slow, List.of("a"), true));
            slow.begun.await();

            assertThatExceptionOfType(Problem.class)
                    .isThrownBy(() -> embeddings.embed(slow, List.of("b"), true))
                    .matches(busy -> busy.code().equals("busy")
                            && busy.getStatusCode().value() == 503
                            && "2".equals(busy.getHeaders().getFirst("Retry-After")));
            slow.may.countDown();

            assertThat(first.get().vectors()).hasSize(1);
            assertThat(embeddings.embed(slow, List.of("b", "cd"), false).tokens())
                    .isEqualTo(3);
        } finally {
            client.shutdownNow();
        }
    }

    @Test
    void givesTheEmbedderNoMoreAtOnceThanAWorkerDoes() {
        slow.may.countDown();

        assertThat(embeddings.embed(slow, Collections.nCopies(70, "a"), true).vectors())
                .hasSize(70);
        assertThat(slow.sizes).containsExactly(32, 32, 6);
    }

    @Test
    void doesNotWaitForATurnWhenItIsInterrupted() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Problem.class).isThrownBy(() -> embeddings.embed(slow, List.of("a"), true));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refusesSettingsThatCannotWork() {
        DataSize size = DataSize.ofBytes(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new EmbeddingsApiSettings(0, size, 1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new EmbeddingsApiSettings(1, size, 0, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingsApiSettings(1, size, 1, Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingsApiSettings(1, DataSize.ofBytes(0), 1, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingsApiSettings(1, DataSize.ofGigabytes(2), 1, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingCacheSettings(true, Duration.ZERO, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingCacheSettings(true, Duration.ofSeconds(1), Duration.ofMillis(-1)));
    }
}
