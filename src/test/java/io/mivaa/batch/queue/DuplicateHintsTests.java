package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Each hint a hundred times. */
class DuplicateHintsTests {

    private static final int INSTANCES = 4;
    private static final int TIMES = 100;

    private final Stores stores = new Stores();
    private final String redis = RealServers.redisUri();

    @Test
    void leadToOneClaimOfEachJobHoweverManyInstancesTakeThem() throws Exception {
        List<JobId> jobs = new ArrayList<>();
        List<Crew> crews = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);
        try {
            for (int i = 0; i < INSTANCES; i++) {
                crews.add(new Crew(stores, redis));
            }
            for (int i = 0; i < 3; i++) {
                jobs.addAll(pushShuffled(crews.get(0), new Random(i)));
            }

            List<Future<List<Claim>>> work = new ArrayList<>();
            for (Crew crew : crews) {
                work.add(threads.submit(crew::claimWhatThereIs));
            }
            List<JobId> claimed = new ArrayList<>();
            for (Future<List<Claim>> one : work) {
                one.get().forEach(claim -> claimed.add(claim.job()));
            }

            assertThat(claimed).containsExactlyInAnyOrderElementsOf(jobs);
            crews.get(0).assertEachClaimedOnceAndNothingLeft();
        } finally {
            threads.shutdownNow();
            crews.forEach(Crew::close);
        }
    }

    private List<JobId> pushShuffled(Crew crew, Random random) {
        Accepted batch = stores.accept("a", "b", "c", "d", "e", "f", "g", "h");
        List<JobId> hints = new ArrayList<>(Collections.nCopies(TIMES, batch.queued()).stream()
                .flatMap(List::stream)
                .toList());
        Collections.shuffle(hints, random);
        crew.queue.push(Stores.lane(batch.batch(), Priority.NORMAL), hints);
        return batch.queued();
    }
}
