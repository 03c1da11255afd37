package io.mivaa.batch.chaos;

import io.mivaa.batch.chaos.judge.Finding;
import io.mivaa.batch.chaos.judge.History;
import io.mivaa.batch.chaos.judge.HistoryReader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run did and what came of it, as a table.
 *
 * @param fenced commits fenced off, as far as the meters of the processes were read before they were killed
 * @param rested from the end of the faults until everything was final
 */
record ChaosReport(
        ChaosSettings settings,
        Tally tally,
        History history,
        HistoryReader reader,
        List<Finding> findings,
        long fenced,
        Duration rested) {

    private static final int TOLD = 20;

    ChaosReport {
        findings = List.copyOf(findings);
    }

    /** Every kill -9 that was sent; PostgreSQL and Redis together are two. */
    long kills() {
        return tally.ofAll("kill -9")
                + tally.of("kill -9 of PostgreSQL and Redis together")
                - tally.of("kill -9 of all services");
    }

    @Override
    public String toString() {
        Map<String, Long> outcomes = reader.outcomes();
        long starts = history.attempts().size();
        long jobs = history.jobs().size();
        var out = new StringBuilder(String.format(
                Locale.ROOT,
                "%n=== Chaos: %d s, %d instances, seed %d, real model in %.0f %% of the starts%n",
                settings.duration().toSeconds(),
                settings.instances(),
                settings.seed(),
                settings.realModel() * 100));
        tally.all().forEach((what, count) -> line(out, what, count));
        line(out, "kill -9 in all", kills());
        line(out, "batches", history.batches().size());
        line(out, "jobs", jobs);
        line(out, "attempts", starts);
        outcomes.forEach((outcome, count) -> line(out, "attempts " + outcome, count));
        line(out, "re-executions (attempts beyond the first of a job)", starts - startedJobs());
        line(out, "stale commits fenced off (meters)", fenced);
        line(out, "attempts lost by an instance that came back", reader.survivedByTheirWorker());
        line(out, "ms from peace until all was final", rested.toMillis());
        for (Finding.Kind kind : Finding.Kind.values()) {
            long count =
                    findings.stream().filter(finding -> finding.kind() == kind).count();
            line(out, kind.name().toLowerCase(Locale.ROOT), count);
        }
        findings.stream()
                .limit(TOLD)
                .forEach(finding -> out.append("  ").append(finding).append('\n'));
        return out.toString();
    }

    private long startedJobs() {
        return history.attempts().stream()
                .map(History.AttemptRow::job)
                .distinct()
                .count();
    }

    private static void line(StringBuilder out, String what, long count) {
        out.append(String.format(Locale.ROOT, "%8d  %s%n", count, what));
    }
}
