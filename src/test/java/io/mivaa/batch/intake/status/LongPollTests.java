package io.mivaa.batch.intake.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;

class LongPollTests {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Function<Boolean, ResponseEntity<Object>> ECHO = ResponseEntity::ok;

    private final Map<String, Long> versions = new ConcurrentHashMap<>(Map.of("a", 1L, "b", 1L));
    private final AtomicInteger queries = new AtomicInteger();
    private volatile boolean away;
    private final LongPoll<String> poll = new LongPoll<>("test", this::versions);

    private Map<String, Long> versions(Collection<String> keys) {
        queries.incrementAndGet();
        if (away) {
            throw new IllegalStateException("the database is away");
        }
        return Map.copyOf(versions);
    }

    @AfterEach
    void close() {
        poll.close();
    }

    @Test
    void answersWhenTheVersionChanges() {
        DeferredResult<ResponseEntity<Object>> waiting = poll.await("a", 1, LONG, ECHO);
        DeferredResult<ResponseEntity<Object>> other = poll.await("b", 1, LONG, ECHO);
        awaitQueries(2);
        assertThat(waiting.hasResult()).isFalse();

        versions.put("a", 2L);

        assertThat(result(waiting)).isEqualTo(ResponseEntity.ok(true));
        assertThat(other.hasResult()).isFalse();
    }

    @Test
    void answersWhenTheThingIsGone() {
        DeferredResult<ResponseEntity<Object>> waiting = poll.await("a", 1, LONG, ECHO);

        versions.remove("a");

        assertThat(result(waiting)).isEqualTo(ResponseEntity.ok(true));
    }

    @Test
    void answersAtTheEndOfTheTime() {
        assertThat(result(poll.await("a", 1, Duration.ofMillis(10), ECHO))).isEqualTo(ResponseEntity.ok(false));
    }

    @Test
    void answersAtTheEndOfTheTimeAlsoWhileTheDatabaseIsAway() {
        away = true;
        DeferredResult<ResponseEntity<Object>> longer = poll.await("b", 1, LONG, ECHO);

        assertThat(result(poll.await("a", 1, Duration.ofMillis(10), ECHO))).isEqualTo(ResponseEntity.ok(false));
        assertThat(longer.hasResult()).isFalse();
        away = false;
        versions.put("b", 2L);
        assertThat(result(longer)).isEqualTo(ResponseEntity.ok(true));
    }

    @Test
    void asksOnceForAllWhoWait() {
        for (int i = 0; i < 100; i++) {
            poll.await("a", 1, LONG, ECHO);
        }
        int before = queries.get();
        awaitQueries(before + 2);

        assertThat(queries.get()).isLessThan(before + 20);
    }

    @Test
    void asksNothingWhileNobodyWaits() {
        assertThat(result(poll.await("a", 0, LONG, ECHO))).isEqualTo(ResponseEntity.ok(true));
        int before = queries.get();

        Awaitility.await().during(Duration.ofMillis(250)).until(() -> queries.get() == before);
    }

    @Test
    void handsAnErrorToTheOneWhoWaited() {
        DeferredResult<ResponseEntity<Object>> waiting = poll.await("a", 0, LONG, changed -> {
            throw new IllegalStateException("gone");
        });

        assertThat(result(waiting))
                .isInstanceOf(IllegalStateException.class)
                .hasToString("java.lang.IllegalStateException: gone");
    }

    @Test
    void answersEverybodyWhenItStops() {
        DeferredResult<ResponseEntity<Object>> waiting = poll.await("a", 1, LONG, ECHO);

        poll.close();

        assertThat(result(waiting)).isEqualTo(ResponseEntity.ok(false));
        assertThat(result(poll.await("a", 1, LONG, ECHO))).isEqualTo(ResponseEntity.ok(false));
    }

    private void awaitQueries(int atLeast) {
        Awaitility.await().until(() -> queries.get() >= atLeast);
    }

    private static @Nullable Object result(DeferredResult<ResponseEntity<Object>> waiting) {
        Awaitility.await().until(waiting::hasResult);
        return waiting.getResult();
    }
}
