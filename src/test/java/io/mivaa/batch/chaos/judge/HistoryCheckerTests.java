package io.mivaa.batch.chaos.judge;

import static io.mivaa.batch.chaos.judge.Finding.Kind.DRIFTED;
import static io.mivaa.batch.chaos.judge.Finding.Kind.LOST;
import static io.mivaa.batch.chaos.judge.Finding.Kind.OVERLAPPING;
import static io.mivaa.batch.chaos.judge.Finding.Kind.RESIDUE;
import static io.mivaa.batch.chaos.judge.Finding.Kind.TWICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.chaos.judge.History.Accepted;
import io.mivaa.batch.chaos.judge.History.AttemptRow;
import io.mivaa.batch.chaos.judge.History.BatchRow;
import io.mivaa.batch.chaos.judge.History.JobRow;
import io.mivaa.batch.chaos.judge.History.ResultRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A history without fault: one batch, whose only job succeeded in its second attempt. Each test spoils one thing. */
class HistoryCheckerTests {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final UUID batch = UUID.randomUUID();
    private final UUID job = UUID.randomUUID();
    private final UUID dead = UUID.randomUUID();
    private final UUID living = UUID.randomUUID();
    private final UUID result = UUID.randomUUID();

    private final List<Accepted> accepted = new ArrayList<>(List.of(new Accepted("key", Set.of(batch), 1, false)));
    private final List<BatchRow> batches = new ArrayList<>(List.of(batch("SUCCEEDED", 1, true, "SUCCEEDED")));
    private final List<JobRow> jobs = new ArrayList<>(List.of(job("SUCCEEDED", 1, 1, 2, null, result)));
    private final List<AttemptRow> attempts =
            new ArrayList<>(List.of(attempt(1, dead, 0, 9, "LOST"), attempt(2, living, 10, 11, "SUCCEEDED")));
    private final List<ResultRow> results = new ArrayList<>(List.of(new ResultRow(result, 3, 3)));
    private final Map<String, Long> redis = new HashMap<>();

    @Test
    void findsNothingWhereNothingIsWrong() {
        assertThat(check()).isEmpty();
    }

    @Test
    void findsABatchThatWasAcceptedAndIsNotThere() {
        accepted.add(new Accepted("other", Set.of(UUID.randomUUID()), 1, false));

        assertFound(LOST, "is not there");
    }

    @Test
    void findsADocumentThatBecameNoJob() {
        accepted.set(0, new Accepted("key", Set.of(batch), 2, false));

        assertFound(LOST, "had 2 documents and has 1");
    }

    @Test
    void findsAJobThatIsNotFinal() {
        jobs.set(0, job("QUEUED", 1, 1, 2, null, null));
        attempts.remove(1);
        results.clear();
        batches.set(0, batch("RUNNING", 1, false, "QUEUED"));
        jobs.set(0, job("QUEUED", 0, 1, 1, null, null));

        assertFound(LOST, "is QUEUED and not final");
    }

    @Test
    void findsASuccessWithoutItsResult() {
        results.clear();

        assertFound(LOST, "SUCCEEDED without a result");
    }

    @Test
    void findsASuccessWhoseChunksAreMissing() {
        results.set(0, new ResultRow(result, 3, 2));

        assertFound(LOST, "2 of 3 chunks");
    }

    @Test
    void findsASuccessThatWasTakenBack() {
        jobs.set(0, job("DEAD", 1, 1, 2, null, null));
        batches.set(0, batch("FAILED", 1, true, "DEAD"));
        results.clear();

        assertFound(LOST, "succeeded once and is DEAD");
    }

    @Test
    void findsAJobThatSucceededTwice() {
        attempts.set(0, attempt(1, dead, 0, 9, "SUCCEEDED"));
        jobs.set(0, job("SUCCEEDED", 1, 0, 2, null, result));

        assertThat(check())
                .anyMatch(finding -> finding.kind() == TWICE && finding.what().contains("2 times"));
    }

    @Test
    void findsAResultThatBelongsToNobody() {
        results.add(new ResultRow(UUID.randomUUID(), 1, 1));

        assertFound(TWICE, "belongs to nobody");
    }

    @Test
    void findsTwoBatchesForOneKey() {
        UUID other = UUID.randomUUID();
        accepted.set(0, new Accepted("key", Set.of(batch, other), 1, false));

        assertThat(check())
                .anyMatch(finding -> finding.kind() == TWICE && finding.what().contains("was answered"));
    }

    @Test
    void findsABatchThatNobodyWasToldOf() {
        accepted.clear();

        assertFound(TWICE, "no answer ever named it");
    }

    @Test
    void findsAStaleCommit() {
        attempts.set(0, attempt(1, dead, 0, 10, "SUCCEEDED"));
        attempts.set(1, attempt(2, living, 10, 11, "LOST"));

        assertFound(OVERLAPPING, "stale fence 1");
    }

    @Test
    void findsAttemptsThatOverlap() {
        attempts.set(0, attempt(1, dead, 0, 10.5, "LOST"));

        assertFound(OVERLAPPING, "after the next one had begun");
    }

    @Test
    void findsAnAttemptThatNeverEnded() {
        jobs.set(0, job("SUCCEEDED", 1, 1, 3, null, result));

        assertFound(OVERLAPPING, "has no end though the job is final");
    }

    @Test
    void findsAFenceThatWentBack() {
        jobs.set(0, job("SUCCEEDED", 1, 1, 1, null, result));

        assertFound(OVERLAPPING, "beyond the job's own");
    }

    @Test
    void findsACounterThatDrifted() {
        batches.set(0, batch("SUCCEEDED", 2, true, "SUCCEEDED"));

        assertFound(DRIFTED, "counts 2 jobs of 1");
    }

    @Test
    void findsABatchThatIsNotOverThoughItsJobsAre() {
        batches.set(0, batch("RUNNING", 1, false, "SUCCEEDED"));

        assertFound(DRIFTED, "while its jobs are all final");
    }

    @Test
    void findsACrashThatWasNotCounted() {
        jobs.set(0, job("SUCCEEDED", 1, 0, 2, null, result));

        assertFound(DRIFTED, "counts 0 crashes and lost 1");
    }

    @Test
    void allowsAReplayToForgetCrashes() {
        accepted.set(0, new Accepted("key", Set.of(batch), 1, true));
        jobs.set(0, job("SUCCEEDED", 1, 0, 2, null, result));

        assertThat(check()).isEmpty();
    }

    @Test
    void findsAnAttemptThatACrashCost() {
        jobs.set(0, job("SUCCEEDED", 2, 1, 2, null, result));

        assertFound(DRIFTED, "counts 2 attempts where handlers made 1");
    }

    @Test
    void findsAJobHeldByADeadInstance() {
        jobs.set(0, job("RUNNING", 2, 1, 3, dead, null));
        attempts.set(1, attempt(2, living, 10, 11, "RETRYING"));
        batches.set(0, batch("RUNNING", 1, false, "RUNNING"));
        results.clear();

        assertThat(check()).anyMatch(finding -> finding.kind() == RESIDUE);
    }

    @Test
    void findsWhatIsLeftInRedis() {
        redis.put("ring", 1L);

        assertFound(RESIDUE, "1 entries in ring");
    }

    private void assertFound(Finding.Kind kind, String what) {
        assertThat(check()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(kind);
            assertThat(finding.what()).contains(what);
        });
    }

    private List<Finding> check() {
        return HistoryChecker.check(new History(accepted, batches, jobs, attempts, results, Set.of(living), redis));
    }

    private BatchRow batch(String state, int total, boolean finished, String stateOfTheJob) {
        return new BatchRow(batch, state, total, finished, Map.of(stateOfTheJob, 1));
    }

    private JobRow job(
            String state, int attempt, int crashes, long fence, @Nullable UUID claimedBy, @Nullable UUID made) {
        return new JobRow(job, batch, state, attempt, crashes, fence, claimedBy, made, false);
    }

    private AttemptRow attempt(long fence, UUID instance, double from, double to, String outcome) {
        return new AttemptRow(job, fence, instance, at(from), at(to), outcome);
    }

    private static Instant at(double seconds) {
        return START.plusMillis(Math.round(seconds * 1000));
    }
}
