package io.mivaa.batch.job.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BacklogTests {

    private Stores stores;

    @BeforeEach
    void emptyDatabase() {
        stores = new Stores();
    }

    private InstanceId deadInstance() {
        InstanceId id = InstanceId.create();
        stores.instances().register(id, "there", 2, 2, Duration.ofSeconds(-1));
        return id;
    }

    @Test
    void takesBackWhatADeadInstanceHeldAndCountsTheCrashApart() {
        List<JobId> jobs = stores.accept("one", "two").queued();
        Claim dead = stores.claims()
                .take(jobs.subList(0, 1), deadInstance(), Claims.ANY_CRASHES)
                .get(0);
        Claim alive = stores.claim(jobs.get(1));

        List<Hint> hints = stores.takeover().takeBackFromDeadInstances(100, 3).queued();

        assertThat(hints).extracting(Hint::job).containsExactly(dead.job());
        Job job = stores.job(dead.job());
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        assertThat(job.crashes()).isEqualTo(1);
        assertThat(job.attempt()).isZero();
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, dead.job()).get(0).outcome())
                .isEqualTo("LOST");
        assertThat(stores.job(alive.job()).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void takesBackWhatAnInstanceHeldThatIsNotEvenKnown() {
        JobId job = stores.accept("one").queued().get(0);
        stores.claims().take(List.of(job), InstanceId.create(), Claims.ANY_CRASHES);

        assertThat(stores.takeover().takeBackFromDeadInstances(100, 3).queued()).hasSize(1);
    }

    @Test
    void buriesADocumentThatBringsItsWorkersDown() {
        JobId job = stores.accept("poison").queued().get(0);
        for (int crash = 1; crash <= 2; crash++) {
            stores.claims().take(List.of(job), deadInstance(), Claims.ANY_CRASHES);
            assertThat(stores.takeover().takeBackFromDeadInstances(100, 3).queued())
                    .hasSize(1);
        }
        stores.claims().take(List.of(job), deadInstance(), Claims.ANY_CRASHES);

        assertThat(stores.takeover().takeBackFromDeadInstances(100, 3)).isEqualTo(new Takeover.TakenBack(List.of(), 1));

        Job buried = stores.job(job);
        assertThat(buried.state()).isEqualTo(JobState.DEAD);
        assertThat(buried.crashes()).isEqualTo(3);
        assertThat(buried.error())
                .isEqualTo(new Failure(
                        FailureClass.POISON, "worker-crashed", "The worker died 3 times while it had this document."));
        assertThat(stores.batch(buried.batchId()).state()).isEqualTo(BatchState.FAILED);
    }

    @Test
    void promotesWhatIsDueAndNothingElse() {
        List<JobId> jobs = stores.accept("due", "later").queued();
        Failure failure = new Failure(FailureClass.TRANSIENT, "x", "X.");
        stores.settling()
                .retryLater(stores.claim(jobs.get(0)), failure, Duration.ZERO, true, JobStage.PARSING, Map.of());
        stores.settling()
                .retryLater(
                        stores.claim(jobs.get(1)), failure, Duration.ofMinutes(1), true, JobStage.PARSING, Map.of());

        assertThat(stores.promotion().promoteDue(100)).extracting(Hint::job).containsExactly(jobs.get(0));

        assertThat(stores.job(jobs.get(0)).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(jobs.get(1)).state()).isEqualTo(JobState.RETRYING);
    }

    @Test
    void knowsTheBatchesThatWaitPageByPage() {
        Acceptance.Accepted three = stores.accept("1", "2", "3");
        Acceptance.Accepted one = stores.accept("1");
        Acceptance.Accepted paused = stores.accept("1");
        stores.control().pause(Stores.WORKSPACE, paused.batch(), true);

        var small = new Backlog.Waiting(Stores.lane(one.batch(), Priority.NORMAL), 1);
        var large = new Backlog.Waiting(Stores.lane(three.batch(), Priority.NORMAL), 3);
        assertThat(stores.backlog().waitingBatches(null, 10)).containsExactly(large, small);
        assertThat(stores.backlog().waitingBatches(null, 1)).containsExactly(large);
        assertThat(stores.backlog().waitingBatches(three.batch(), 10)).containsExactly(small);
        assertThat(stores.backlog().waitingBatches(List.of(one.batch(), paused.batch())))
                .containsExactly(small);
        assertThat(stores.backlog().queuedJobs(three.batch())).containsExactlyElementsOf(three.queued());
    }

    @Test
    void measuresDepthAndAgeByPriorityAndWorkspace() {
        stores.accept(Priority.HIGH, List.of(Stores.document("1"), Stores.document("2")));
        stores.accept("3");
        stores.jdbc()
                .sql("update job set queued_at = now() - interval '1 minute'")
                .update();

        assertThat(stores.depths().byPriority(null)).hasSize(2).allSatisfy(depth -> {
            assertThat(depth.queued()).isEqualTo(depth.priority() == Priority.HIGH ? 2 : 1);
            assertThat(depth.oldestSeconds()).isBetween(59.0, 120.0);
        });
        assertThat(stores.depths().byPriority(new Workspace("other"))).isEmpty();
        assertThat(stores.depths().open(Stores.WORKSPACE)).containsEntry(JobState.QUEUED, 3L);
        assertThat(stores.depths().finishedLastMinute(Stores.WORKSPACE)).isZero();
    }
}
