package io.mivaa.batch.chaos.judge;

import static io.mivaa.batch.chaos.judge.Finding.Kind.DRIFTED;
import static io.mivaa.batch.chaos.judge.Finding.Kind.LOST;
import static io.mivaa.batch.chaos.judge.Finding.Kind.OVERLAPPING;
import static io.mivaa.batch.chaos.judge.Finding.Kind.RESIDUE;
import static io.mivaa.batch.chaos.judge.Finding.Kind.TWICE;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.mivaa.batch.chaos.judge.History.Accepted;
import io.mivaa.batch.chaos.judge.History.AttemptRow;
import io.mivaa.batch.chaos.judge.History.BatchRow;
import io.mivaa.batch.chaos.judge.History.JobRow;
import io.mivaa.batch.chaos.judge.History.ResultRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Judges a history that has come to rest:
 *
 * <ul>
 *   <li>what was accepted is there, and each of its jobs is in one final state;
 *   <li>SUCCEEDED means one attempt that succeeded, the last one, and one result with its chunks; nothing was accepted
 *       twice for one key, and no result belongs to nobody;
 *   <li>the attempts of a job follow each other, in the order of their fences;
 *   <li>the counters of a batch are the sum of its jobs, the crashes of a job its lost attempts, and only what a
 *       handler did cost attempts;
 *   <li>nobody holds anything any more, in PostgreSQL or in Redis.
 * </ul>
 *
 * Not thread-safe; one for each history.
 */
public final class HistoryChecker {

    /**
     * A claim is dated by the start of its transaction and a commit by the clock, so that two that follow each other
     * closely may seem to overlap.
     */
    private static final Duration TOLERANCE = Duration.ofMillis(250);

    private static final Set<String> BY_A_HANDLER = Set.of("SUCCEEDED", "RETRYING", "DEAD", "CANCELLED");

    private final History history;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<UUID, List<JobRow>> jobsOf;
    private final Map<UUID, List<AttemptRow>> attemptsOf;

    private HistoryChecker(History history) {
        this.history = history;
        this.jobsOf = history.jobs().stream().collect(groupingBy(JobRow::batch));
        this.attemptsOf = history.attempts().stream()
                .sorted(Comparator.comparingLong(AttemptRow::fence))
                .collect(groupingBy(AttemptRow::job));
    }

    /** @return what must not be; empty when all is well */
    public static List<Finding> check(History history) {
        var checker = new HistoryChecker(history);
        checker.promises();
        history.jobs().forEach(checker::job);
        checker.results();
        history.batches().forEach(checker::counters);
        history.redisLeft()
                .forEach((key, size) -> checker.found(RESIDUE, "Redis still has " + size + " entries in " + key));
        return List.copyOf(checker.findings);
    }

    private void promises() {
        Map<UUID, BatchRow> batches = history.batches().stream().collect(toMap(BatchRow::id, Function.identity()));
        Set<UUID> promised = new HashSet<>();
        for (Accepted accepted : history.accepted()) {
            promised.addAll(accepted.ids());
            if (accepted.ids().size() > 1) {
                found(TWICE, "key " + accepted.key() + " was answered with the batches " + accepted.ids());
            }
            for (UUID id : accepted.ids()) {
                int jobs = jobsOf.getOrDefault(id, List.of()).size();
                if (!batches.containsKey(id)) {
                    found(LOST, "batch " + id + " was accepted and is not there");
                } else if (jobs != accepted.documents()) {
                    found(LOST, "batch " + id + " had " + accepted.documents() + " documents and has " + jobs);
                }
            }
        }
        for (BatchRow batch : history.batches()) {
            if (!promised.contains(batch.id())) {
                found(TWICE, "batch " + batch.id() + " is there though no answer ever named it");
            }
        }
    }

    private void job(JobRow job) {
        List<AttemptRow> attempts = attemptsOf.getOrDefault(job.id(), List.of());
        if (!job.isFinal()) {
            found(LOST, "job " + job.id() + " is " + job.state() + " and not final");
        }
        if (job.claimedBy() != null && !history.living().contains(job.claimedBy())) {
            found(RESIDUE, "job " + job.id() + " is held by " + job.claimedBy() + ", which is no more");
        }
        success(job, attempts);
        order(job, attempts);
        numbers(job, attempts);
    }

    private void success(JobRow job, List<AttemptRow> attempts) {
        List<AttemptRow> succeeded = attempts.stream()
                .filter(attempt -> "SUCCEEDED".equals(attempt.outcome()))
                .toList();
        if (succeeded.size() > 1) {
            found(TWICE, "job " + job.id() + " succeeded " + succeeded.size() + " times");
        }
        if (job.state().equals("SUCCEEDED") && succeeded.isEmpty()) {
            found(LOST, "job " + job.id() + " is SUCCEEDED without an attempt that succeeded");
        }
        if (!job.state().equals("SUCCEEDED") && !succeeded.isEmpty()) {
            found(LOST, "job " + job.id() + " succeeded once and is " + job.state());
        }
        for (AttemptRow attempt : succeeded) {
            if (attempt.fence() != attempts.get(attempts.size() - 1).fence()) {
                found(OVERLAPPING, "job " + job.id() + " was committed with the stale fence " + attempt.fence());
            }
        }
    }

    private void order(JobRow job, List<AttemptRow> attempts) {
        long last = attempts.isEmpty() ? 0 : attempts.get(attempts.size() - 1).fence();
        if (job.isFinal() && last < job.fence()) {
            found(
                    OVERLAPPING,
                    "attempt " + job.fence() + " of job " + job.id() + " has no end though the job is final");
        }
        for (int i = 0; i < attempts.size(); i++) {
            AttemptRow attempt = attempts.get(i);
            String name = "attempt " + attempt.fence() + " of job " + job.id();
            if (attempt.fence() > job.fence()) {
                found(OVERLAPPING, name + " has a fence beyond the job's own " + job.fence());
            }
            if (i + 1 < attempts.size()) {
                AttemptRow next = attempts.get(i + 1);
                if (next.started().plus(TOLERANCE).isBefore(attempt.ended())) {
                    found(OVERLAPPING, name + " ended " + attempt.outcome() + " after the next one had begun");
                }
            }
        }
    }

    private void numbers(JobRow job, List<AttemptRow> attempts) {
        long lost = attempts.stream()
                .filter(attempt -> "LOST".equals(attempt.outcome()))
                .count();
        boolean replayed = history.accepted().stream()
                .anyMatch(accepted -> accepted.replayed() && accepted.ids().contains(job.batch()));
        if (replayed ? job.crashes() > lost : job.crashes() != lost) {
            found(DRIFTED, "job " + job.id() + " counts " + job.crashes() + " crashes and lost " + lost + " attempts");
        }
        long tried = attempts.stream()
                .filter(attempt -> BY_A_HANDLER.contains(attempt.outcome()))
                .count();
        if (job.attempt() > tried) {
            found(DRIFTED, "job " + job.id() + " counts " + job.attempt() + " attempts where handlers made " + tried);
        }
    }

    private void results() {
        Map<UUID, Long> owners = history.jobs().stream()
                .filter(job -> job.result() != null && !job.reused())
                .collect(groupingBy(job -> requireNonNull(job.result()), counting()));
        Set<UUID> known = new HashSet<>();
        for (ResultRow result : history.results()) {
            known.add(result.id());
            if (!owners.containsKey(result.id())) {
                found(TWICE, "result " + result.id() + " belongs to nobody");
            }
            if (result.chunks() != result.stored()) {
                found(LOST, "result " + result.id() + " has " + result.stored() + " of " + result.chunks() + " chunks");
            }
        }
        owners.forEach((result, jobs) -> {
            if (jobs > 1) {
                found(TWICE, "result " + result + " was made by " + jobs + " jobs");
            }
        });
        for (JobRow job : history.jobs()) {
            if (job.state().equals("SUCCEEDED") && !known.contains(job.result())) {
                found(LOST, "job " + job.id() + " is SUCCEEDED without a result");
            }
        }
    }

    private void counters(BatchRow batch) {
        Map<String, Integer> real = new HashMap<>();
        List<JobRow> jobs = jobsOf.getOrDefault(batch.id(), List.of());
        jobs.forEach(job -> real.merge(job.state(), 1, Integer::sum));
        batch.counts().forEach((state, count) -> {
            int there = real.getOrDefault(state, 0);
            if (there != count) {
                found(DRIFTED, "batch " + batch.id() + " counts " + count + " " + state + " of " + there);
            }
        });
        if (batch.total() != jobs.size()) {
            found(DRIFTED, "batch " + batch.id() + " counts " + batch.total() + " jobs of " + jobs.size());
        }
        boolean over = jobs.stream().allMatch(JobRow::isFinal);
        boolean saysSo = Set.of("SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED").contains(batch.state());
        if (over != batch.finished() || over != saysSo) {
            found(
                    DRIFTED,
                    "batch " + batch.id() + " is " + batch.state() + " while its jobs "
                            + (over ? "are all final" : "are not all final"));
        }
    }

    private void found(Finding.Kind kind, String what) {
        findings.add(new Finding(kind, what));
    }
}
