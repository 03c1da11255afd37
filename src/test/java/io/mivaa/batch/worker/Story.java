package io.mivaa.batch.worker;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Leash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What happens to one batch, as steps. A step belongs to clients and an instance together, and whoever of the instances
 * is there runs it; or to the rest of the world, which does it once. Steps may be run again by another instance.
 */
final class Story {

    /** A step that an instance runs. */
    interface Step {
        void run(HandDrivenInstance instance, Story story);
    }

    /** A step that the world does once. */
    interface Event extends Step {
        void happen(Story story);

        @Override
        default void run(HandDrivenInstance instance, Story story) {
            if (story.happened.add(this)) {
                happen(story);
            }
        }
    }

    /**
     * A line of the service from its start to its end.
     *
     * @param outcome what comes of each document, as {@link Verdict#outcome} says it
     */
    record Plot(String name, List<String> outcome, List<Step> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The steps with which every plot begins: an instance starts and accepts the batch. */
    static final int PRELUDE = 2;

    private static final List<NewDocument> ONE = List.of(document("a", "one\ntwo"));

    static final List<Plot> ALL = List.of(
            plot(
                    "accepts, works off, uses a result again",
                    List.of("a SUCCEEDED attempt 1", "b SUCCEEDED attempt 1", "c DEAD attempt 0 INVALID_INPUT"),
                    accept(document("a", "one\ntwo"), document("b", "one\ntwo"), refused("c")),
                    workOff(),
                    (instance, story) -> instance.leave()),
            plot(
                    "tries again what failed in passing",
                    List.of("a SUCCEEDED attempt 2"),
                    accept(),
                    event(story -> story.trouble = new IllegalStateException("only now")),
                    workOff(),
                    event(story -> story.trouble = null),
                    event(Story::letRetriesBeDue),
                    (instance, story) -> instance.promote(),
                    workOff()),
            plot(
                    "gives up and is replayed",
                    List.of("a SUCCEEDED attempt 1"),
                    accept(),
                    event(story -> story.trouble = new Rejected("no-good", "No good.")),
                    workOff(),
                    event(story -> story.trouble = null),
                    client((instance, story) -> instance.door.replay(Stores.WORKSPACE, story.batch())),
                    workOff()),
            plot(
                    "hands back when it stops",
                    List.of("a SUCCEEDED attempt 1"),
                    accept(),
                    (instance, story) -> instance.claim(),
                    (instance, story) -> instance.work(Leash.Stop.DRAIN),
                    workOff()),
            plot(
                    "gives back what nobody is at",
                    List.of("a SUCCEEDED attempt 1"),
                    accept(),
                    (instance, story) -> instance.claim(),
                    (instance, story) -> instance.forgetClaims(),
                    workOff()),
            plot(
                    "is cancelled while it runs",
                    List.of("a CANCELLED CANCELLED", "b CANCELLED CANCELLED", "c CANCELLED CANCELLED"),
                    accept(document("a", "one"), document("b", "two"), document("c", "three")),
                    (instance, story) -> instance.claim(),
                    client((instance, story) -> instance.door.cancel(Stores.WORKSPACE, story.batch())),
                    (instance, story) -> instance.work(null),
                    workOff()),
            plot(
                    "has one job cancelled",
                    List.of("a CANCELLED CANCELLED", "b SUCCEEDED attempt 1"),
                    accept(document("a", "one"), document("b", "two")),
                    client((instance, story) -> instance.door.cancel(Stores.WORKSPACE, story.job("a"))),
                    workOff()),
            plot(
                    "is paused, moved and resumed",
                    List.of("a SUCCEEDED attempt 1", "b SUCCEEDED attempt 1"),
                    accept(document("a", "one"), document("b", "two")),
                    client((instance, story) -> instance.door.pause(Stores.WORKSPACE, story.batch())),
                    workOff(),
                    client((instance, story) ->
                            instance.door.reprioritise(Stores.WORKSPACE, story.batch(), Priority.HIGH)),
                    client((instance, story) -> instance.door.resume(Stores.WORKSPACE, story.batch())),
                    workOff()),
            plot(
                    "is taken over from a dead instance",
                    List.of("a SUCCEEDED attempt 1", "b SUCCEEDED attempt 1"),
                    accept(document("a", "one"), document("b", "two")),
                    event(Story::letAnotherDieWithIt),
                    (instance, story) -> instance.reconcile(),
                    workOff()),
            plot(
                    "is buried when the third worker died of it",
                    List.of("a DEAD attempt 0 POISON"),
                    accept(),
                    event(story -> story.crashes(2)),
                    event(Story::letAnotherDieWithIt),
                    (instance, story) -> instance.reconcile(),
                    workOff()),
            plot(
                    "has its hints restored",
                    List.of("a SUCCEEDED attempt 1"),
                    accept(),
                    event(story -> story.redis.flush()),
                    (instance, story) -> instance.reconcile(),
                    (instance, story) -> instance.reconcile(),
                    workOff()));

    final JdbcClient truth;
    private final Stores stores;
    private final RedisAccess redis;
    private final String key = UUID.randomUUID().toString();
    private final Set<Event> happened = new HashSet<>();

    private volatile @Nullable RuntimeException trouble;
    private volatile @Nullable BatchId batch;

    /** @param stores that no fault strikes */
    Story(Stores stores, RedisAccess redis) {
        this.stores = stores;
        this.truth = stores.jdbc();
        this.redis = redis;
    }

    /** What the parser meets. */
    void parse() {
        RuntimeException now = trouble;
        if (now != null) {
            throw now;
        }
    }

    /** Whether something waits or runs that nobody holds. */
    boolean left() {
        return truth.sql("""
                        select exists (select from job j join batch b on b.id = j.batch_id
                                        where j.state in ('QUEUED', 'RUNNING') and not b.paused)
                        """).query(Boolean.class).single();
    }

    boolean open() {
        return truth.sql("select exists (select from batch where finished_at is null)")
                .query(Boolean.class)
                .single();
    }

    /** What the others see of an instance they hear no more of. */
    void endLease(InstanceId instance) {
        truth.sql("update worker_instance set lease_until = now() - interval '1 second' where id = :id")
                .param("id", instance.value())
                .update();
    }

    void letRetriesBeDue() {
        truth.sql("update job set run_after = now() - interval '1 second' where state = 'RETRYING'")
                .update();
    }

    private void letAnotherDieWithIt() {
        List<JobId> queued = truth.sql("select id from job where state = 'QUEUED'")
                .query((row, n) -> new JobId(row.getObject(1, UUID.class)))
                .list();
        redis.flush();
        InstanceId other = InstanceId.create();
        stores.instances().register(other, "there", 2, 2, Duration.ofHours(1));
        stores.claims().take(queued, other, Claims.ANY_CRASHES);
        endLease(other);
    }

    private void crashes(int times) {
        for (int i = 0; i < times; i++) {
            letAnotherDieWithIt();
            var unused = stores.takeover().takeBackFromDeadInstances(100, 3);
        }
    }

    private BatchId batch() {
        BatchId answered = batch;
        if (answered == null) {
            throw new IllegalStateException("the client has no answer yet");
        }
        return answered;
    }

    private JobId job(String externalId) {
        return new JobId(truth.sql("select id from job where external_id = :id")
                .param("id", externalId)
                .query(UUID.class)
                .single());
    }

    private static Plot plot(String name, List<String> outcome, Step... steps) {
        List<Step> all = new ArrayList<>();
        all.add((instance, story) -> instance.register());
        all.addAll(Arrays.asList(steps));
        return new Plot(name, outcome, List.copyOf(all));
    }

    private static Step accept(NewDocument... documents) {
        List<NewDocument> these = documents.length == 0 ? ONE : List.of(documents);
        return client((instance, story) -> story.batch = instance.door.accept(Stores.WORKSPACE, story.key, these));
    }

    private static Step client(Step request) {
        return (instance, story) -> instance.untilAnswered(() -> request.run(instance, story));
    }

    private static Step workOff() {
        return (instance, story) -> instance.workOff(story::left);
    }

    private static Event event(Event event) {
        return event;
    }

    private static NewDocument document(String externalId, String content) {
        return Stores.document(externalId, content, null);
    }

    private static NewDocument refused(String externalId) {
        return Stores.document(
                externalId, "", new Failure(FailureClass.INVALID_INPUT, "empty-document", "There is nothing in it."));
    }
}
