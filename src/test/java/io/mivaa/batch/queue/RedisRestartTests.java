package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.OwnRedis;
import io.mivaa.batch.testkit.Stores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that comes back with less than it had, or with what it had before. */
class RedisRestartTests {

    /** One that finds a batch short, one that repairs it, and as many again for a batch that had a few hints left. */
    private static final int PASSES = 4;

    private final Stores stores = new Stores();
    private OwnRedis redis;
    private Crew crew;

    @BeforeEach
    void start(@TempDir Path folder) {
        redis = new OwnRedis(folder);
        redis.writeAtOnce();
        crew = new Crew(stores, redis.uri());
        crew.reconciler.reconcileOnSchedule();
    }

    @AfterEach
    void end() {
        crew.close();
        redis.close();
    }

    @ParameterizedTest(name = "{0} % of it are left")
    @ValueSource(ints = {0, 15, 30, 45, 60, 75, 90, 99})
    void claimsEachJobOnceWhereverTheAppendOnlyFileEnds(int percent) {
        List<Accepted> batches = new ArrayList<>();
        List<Claim> claimed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Accepted batch = accept(8, i % 2 == 0 ? Priority.HIGH : Priority.NORMAL);
            batches.add(batch);
            // In two pieces, so that the end can come between them.
            push(batch, batch.queued().subList(0, 5));
            push(batch, batch.queued().subList(5, 8));
            claimed.addAll(crew.claim(3));
        }
        crew.succeed(claimed.subList(0, 5));

        redis.restartWithOnly(redis.written() * percent / 100);
        crew.awaitRedis();
        claimed.addAll(crew.work(PASSES));

        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(jobs(batches));
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    @Test
    void refusesTheHintsOfATailThatWasLostAndRestoresThoseThatWereInIt() {
        Accepted old = accept(6, Priority.NORMAL);
        push(old, old.queued());
        long before = redis.written();
        List<Claim> claimed = new ArrayList<>(crew.claim(4));
        crew.succeed(claimed.subList(0, 2));
        Accepted late = accept(3, Priority.NORMAL);
        push(late, late.queued());

        // Ten bytes into the next command, as a file ends that was not written to its end.
        redis.restartWithOnly(before + 10);
        crew.awaitRedis();

        assertThat(crew.lists.hints(old.batch())).as("too many").containsExactlyElementsOf(old.queued());
        assertThat(crew.lists.hints(late.batch())).as("too few").isEmpty();
        claimed.addAll(crew.work(PASSES));
        assertThat(claimed).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(jobs(List.of(old, late)));
        assertThat(crew.restored()).isEqualTo(3);
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    @Test
    void claimsEachJobOnceAfterARestartOnAnOldSnapshot() {
        Accepted done = accept(4, Priority.NORMAL);
        Accepted begun = accept(6, Priority.HIGH);
        Accepted moved = accept(3, Priority.LOW);
        Accepted cancelled = accept(2, Priority.NORMAL);
        Accepted paused = accept(2, Priority.NORMAL);
        for (Accepted batch : List.of(done, begun, moved, cancelled, paused)) {
            push(batch, batch.queued());
        }
        redis.takeSnapshot();
        stores.cancellation().cancel(Stores.WORKSPACE, cancelled.batch());
        crew.queue.drop(Stores.WORKSPACE, cancelled.batch());
        stores.control().pause(Stores.WORKSPACE, paused.batch(), true);
        crew.queue.drop(Stores.WORKSPACE, paused.batch());
        stores.control().reprioritise(Stores.WORKSPACE, moved.batch(), Priority.CRITICAL);
        crew.queue.move(Stores.lane(moved.batch(), Priority.CRITICAL));
        List<Claim> claimed = claimAndKeep(done, begun.queued().subList(0, 3));
        Accepted late = accept(5, Priority.NORMAL);
        push(late, late.queued());

        redis.restartOnTheSnapshot();
        crew.awaitRedis();

        assertThat(crew.lists.hints(done.batch())).as("zombies").hasSize(4);
        assertThat(crew.lists.hints(cancelled.batch())).as("zombies").hasSize(2);
        assertThat(crew.lists.hints(late.batch())).as("missing").isEmpty();
        claimed.addAll(crew.work(PASSES));
        assertThat(claimed)
                .extracting(Claim::job)
                .containsExactlyInAnyOrderElementsOf(jobs(List.of(done, begun, moved, late)));
        stores.control().pause(Stores.WORKSPACE, paused.batch(), false);
        assertThat(crew.work(PASSES)).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(paused.queued());
        crew.assertEachClaimedOnceAndNothingLeft();
    }

    /** All of one batch, settled, and some of another, still running. */
    private List<Claim> claimAndKeep(Accepted done, List<JobId> running) {
        List<JobId> wanted = new ArrayList<>(done.queued());
        wanted.addAll(running);
        List<Claim> claims = new ArrayList<>(stores.claims().take(wanted, stores.instance(), Claims.ANY_CRASHES));
        crew.succeed(claims.stream()
                .filter(claim -> claim.batch().equals(done.batch()))
                .toList());
        return claims;
    }

    private Accepted accept(int documents, Priority priority) {
        return stores.accept(
                priority,
                IntStream.range(0, documents)
                        .mapToObj(i -> Stores.document("document " + i))
                        .toList());
    }

    private void push(Accepted batch, List<JobId> jobs) {
        crew.queue.push(Stores.lane(batch.batch(), stores.batch(batch.batch()).priority()), jobs);
    }

    private static List<JobId> jobs(List<Accepted> batches) {
        return batches.stream().flatMap(batch -> batch.queued().stream()).toList();
    }
}
