package io.mivaa.batch.chaos;

import io.mivaa.batch.chaos.judge.History.Accepted;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that keeps to the contract: every batch has an Idempotency-Key, and whatever is not an answer is asked again
 * with the same key, of whichever instance, until there is one. What was answered with 202 is written down. Thread-safe.
 */
final class Poster {

    private static final JsonMapper json = new JsonMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final List<Instance> instances;
    private final Tally tally;
    private final Map<String, Promise> promises = new ConcurrentHashMap<>();
    private final Set<UUID> replayed = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> known = new ConcurrentLinkedQueue<>();

    /** The body is kept so that it can be posted again. */
    private record Promise(String body, int documents, Set<UUID> ids) {}

    Poster(List<Instance> instances, Tally tally) {
        this.instances = List.copyOf(instances);
        this.tally = tally;
    }

    /**
     * Posts until there is an answer.
     *
     * @param giveUp asked before each try
     * @return whether it was accepted
     */
    boolean post(String key, List<String> texts, Random random, BooleanSupplier giveUp) {
        List<Map<String, String>> documents = new ArrayList<>();
        for (String text : texts) {
            documents.add(Map.of("filename", "note-" + documents.size() + ".txt", "text", text));
        }
        String priority = List.of("critical", "high", "normal", "low").get(random.nextInt(4));
        String body = json.writeValueAsString(Map.of("documents", documents, "options", Map.of("priority", priority)));
        var promise = new Promise(body, texts.size(), ConcurrentHashMap.newKeySet());
        promises.put(key, promise);
        boolean done = postUntilAnswered(key, promise, random, giveUp);
        if (done) {
            known.add(key);
        }
        return done;
    }

    private boolean postUntilAnswered(String key, Promise promise, Random random, BooleanSupplier giveUp) {
        for (boolean again = false; !giveUp.getAsBoolean(); again = true) {
            if (again) {
                tally.count("client: posted again for want of an answer");
                Patience.pause(Duration.ofMillis(100 + random.nextInt(300)));
            }
            if (postOnce(any(random), key, promise)) {
                return true;
            }
        }
        return false;
    }

    /** Two at once, to two instances if there are two: one batch must come of it. */
    boolean postTwiceAtOnce(String key, List<String> texts, Random random, BooleanSupplier giveUp) {
        var other = new Thread(
                () -> {
                    Promise promise = promises.get(key);
                    if (promise != null) {
                        postOnce(instances.get(0), key, promise);
                    }
                },
                "other-poster");
        other.setDaemon(true);
        Random mine = new Random(random.nextLong());
        var first = new Thread(() -> post(key, texts, mine, giveUp), "poster-of-two");
        first.start();
        Patience.await(Duration.ofSeconds(1), () -> promises.containsKey(key));
        other.start();
        tally.count("client: posted twice at once");
        return join(first) && join(other);
    }

    /** A batch that was accepted before, once more. */
    void postAgain(Random random) {
        String key = anyKey(random);
        if (key != null) {
            Promise promise = promises.get(key);
            if (promise != null && postOnce(any(random), key, promise)) {
                tally.count("client: posted again though accepted");
            }
        }
    }

    /** @return a batch that was accepted lately, null when there is none */
    @Nullable
    UUID anyBatch(Random random) {
        String key = anyKey(random);
        Promise promise = key == null ? null : promises.get(key);
        return promise == null ? null : promise.ids().iterator().next();
    }

    /** Sends a request without a body that is answered, or not. */
    int act(String path, Random random) {
        return send(HttpRequest.newBuilder(any(random).uri(path))
                .timeout(ANSWER_LIMIT)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    /** As {@link #act}, for dead letters of a batch. */
    int retry(UUID batch, Random random) {
        replayed.add(batch);
        return act("/api/v1/batches/" + batch + "/retry", random);
    }

    /** What was answered with 202. */
    List<Accepted> accepted() {
        List<Accepted> all = new ArrayList<>();
        promises.forEach((key, promise) -> {
            if (!promise.ids().isEmpty()) {
                boolean again = promise.ids().stream().anyMatch(replayed::contains);
                all.add(new Accepted(key, promise.ids(), promise.documents(), again));
            }
        });
        return all;
    }

    private boolean postOnce(Instance instance, String key, Promise promise) {
        HttpRequest request = HttpRequest.newBuilder(instance.uri("/api/v1/batches"))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(promise.body()))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            tally.count("client: answer " + answer.statusCode());
            if (answer.statusCode() == 202) {
                promise.ids()
                        .add(UUID.fromString(
                                json.readTree(answer.body()).path("id").asString()));
                return true;
            }
            if (answer.statusCode() == 400 || answer.statusCode() == 422) {
                throw new AssertionError("A batch was refused: " + answer.body());
            }
        } catch (IOException e) {
            tally.count("client: no answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private int send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private Instance any(Random random) {
        return instances.get(random.nextInt(instances.size()));
    }

    /** Mostly one of the last, because they are still at work. */
    private @Nullable String anyKey(Random random) {
        List<String> keys = List.copyOf(known);
        if (keys.isEmpty()) {
            return null;
        }
        int back = random.nextInt(Math.min(keys.size(), 12));
        return keys.get(keys.size() - 1 - back);
    }

    private static boolean join(Thread thread) {
        try {
            thread.join();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
