package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Claims of several instances at the very moment at which their batch is held. */
class PauseRaceTests {

    private static final int ROUNDS = 150;
    private static final int CLAIMERS = 4;
    private static final int JOBS = 24;

    private static final Stores stores = new Stores();
    private static final List<InstanceId> instances =
            List.of(stores.instance(), stores.instance(), stores.instance(), stores.instance());
    private static final ExecutorService threads = Executors.newFixedThreadPool(CLAIMERS + 1);

    @AfterAll
    static void end() {
        threads.shutdownNow();
    }

    @Test
    void noClaimThatBeginsAfterAPauseSucceeds() throws Exception {
        race(batch -> stores.control().pause(Stores.WORKSPACE, batch, true));
    }

    @Test
    void noClaimThatBeginsAfterAPauseOfTheWorkspaceSucceeds() throws Exception {
        race(batch -> stores.control().pauseAll(Stores.WORKSPACE, true));
    }

    @Test
    void noClaimThatBeginsAfterACancelSucceeds() throws Exception {
        race(batch -> stores.cancellation().cancel(Stores.WORKSPACE, batch));
    }

    /** Holds a batch while all claim its jobs, one by one, each in an order of its own. */
    private static void race(Consumer<BatchId> hold) throws Exception {
        int claimed = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            stores.control().pauseAll(Stores.WORKSPACE, false);
            Acceptance.Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, JOBS);
            Round race = new Round(batch, new CyclicBarrier(CLAIMERS + 1), new AtomicBoolean());
            List<Future<Integer>> claims = new ArrayList<>();
            for (int i = 0; i < CLAIMERS; i++) {
                claims.add(threads.submit(race.claimer(i)));
            }
            race.begin.await();
            hold.accept(batch.batch());
            race.held.set(true);
            int mine = 0;
            for (Future<Integer> claim : claims) {
                mine += claim.get();
            }
            assertThat(stores.batch(batch.batch()).counts().queued() + mine)
                    .as("nothing is lost to a round, and nothing taken twice")
                    .isIn(JOBS, mine);
            claimed += mine;
            refused += JOBS - mine;
        }
        assertThat(claimed).as("some claims came before").isPositive();
        assertThat(refused).as("some claims came after").isPositive();
    }

    private record Round(Acceptance.Accepted batch, CyclicBarrier begin, AtomicBoolean held) {

        /** @return how many jobs it got */
        Callable<Integer> claimer(int number) {
            return () -> {
                begin.await();
                int got = 0;
                for (int i = 0; i < JOBS; i++) {
                    JobId job = batch.queued().get((i + number * JOBS / CLAIMERS) % JOBS);
                    boolean afterwards = held.get();
                    List<Claim> claims = stores.claims().take(List.of(job), instances.get(number), Claims.ANY_CRASHES);
                    if (afterwards) {
                        assertThat(claims).as("claimed after it was held").isEmpty();
                    }
                    got += claims.size();
                }
                return got;
            };
        }
    }
}
