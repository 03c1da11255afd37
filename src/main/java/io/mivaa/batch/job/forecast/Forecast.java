package io.mivaa.batch.job.forecast;

import io.mivaa.batch.job.Eta;
import io.mivaa.batch.job.Outlook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes how far a batch is, and how long it will still take: what is left, at what its documents have cost so far,
 * by the speed at which it was worked off of late. The speed is measured, so the batch's share of the workers, their
 * number and the load of the machines are in it. The formulas are in docs/internals.md. Pure.
 */
public final class Forecast {

    /** How fast the past is forgotten at least, and over how many documents; the trigger job_work_update knows it too. */
    private static final double MEMORY_SECONDS = 60;

    private static final double MEMORY_JOBS = 4;

    /** Before this has been measured, a speed is chance. */
    private static final double MEASURED_SECONDS = 1;

    private static final int MEASURED_JOBS = 3;

    /** In place of so many jobs, for a batch of few large ones: beyond what reading a document counts for. */
    private static final double MEASURED_SHARE = 0.15;

    /** What was expected of a kind of document counts as much as so many documents of average size. */
    private static final double EXPECTATION = 2;

    /** Standard deviations to either side. Two, where nine in ten want 1.6: what is left out of them counts as well. */
    private static final double WIDTH = 2;

    /** Further ahead nothing is told. */
    private static final double MOST_SECONDS = Duration.ofDays(365).toSeconds();

    /**
     * What does not concern the work itself.
     *
     * @param active jobs that wait for a worker or have one
     * @param workers that living instances have
     * @param measuredSeconds since the batch is worked on without a break, null when it is not yet
     */
    public record Circumstances(
            boolean paused,
            boolean awaiting,
            int scheduled,
            int active,
            int retrying,
            int workers,
            @Nullable Double measuredSeconds,
            Instant now) {}

    private final List<Work> works;

    /** The cost of each of them, as learned. */
    private final double[] costs;

    private final double documentSize;

    /** @param jobs of the batch, in all */
    public Forecast(List<Work> works, int jobs) {
        this.works = works;
        this.documentSize = works.stream().mapToDouble(Work::size).sum() / Math.max(1, jobs);
        this.costs = learn();
    }

    /** What it has cost, with what was expected in place of what has not been seen yet, scaled to what has. */
    private double[] learn() {
        double millis = works.stream().mapToDouble(Work::workedMillis).sum();
        double expected = works.stream()
                .mapToDouble(work -> work.cost() * work.workedSize())
                .sum();
        double scale = expected > 0 && millis > 0 ? millis / expected : 1;
        return works.stream()
                .mapToDouble(work -> (work.workedMillis() + scale * work.cost() * expectation())
                        / (work.workedSize() + expectation()))
                .toArray();
    }

    private double expectation() {
        return Math.max(1, EXPECTATION * documentSize);
    }

    /** Of a batch that is not final: 0 to 99.9. By costs that never change, so that it cannot fall. */
    public double percent() {
        double done = 0;
        double all = 0;
        for (Work work : works) {
            done += work.cost() * work.credit();
            all += work.cost() * work.size();
        }
        return all == 0 ? 0 : Math.min(Outlook.MOST, Math.max(0, Math.floor(10 * done / all) / 10));
    }

    /** Of a batch that is not final. */
    public Eta eta(Circumstances now) {
        if (now.paused()) {
            return Eta.unknown(Eta.Reason.PAUSED);
        } else if (now.awaiting()) {
            return Eta.unknown(Eta.Reason.WAITING_FOR_BATCHES);
        } else if (now.scheduled() > 0 && now.active() + now.retrying() == 0) {
            return Eta.unknown(Eta.Reason.SCHEDULED);
        } else if (now.workers() == 0) {
            return Eta.unknown(Eta.Reason.NO_WORKERS);
        } else if (putAside()) {
            return Eta.unknown(Eta.Reason.RATE_LIMITED);
        } else if (now.active() == 0) {
            return Eta.unknown(Eta.Reason.RETRYING);
        } else {
            return measured(now);
        }
    }

    /** Nothing was worked off in the five seconds before the last job was put aside, nor since. */
    private boolean putAside() {
        return youngest(Work::parkedAge) + 5 < youngest(Work::recentAge);
    }

    private interface Age {
        @Nullable
        Double of(Work work);
    }

    private double youngest(Age of) {
        double least = Double.POSITIVE_INFINITY;
        for (Work work : works) {
            Double age = of.of(work);
            least = age == null ? least : Math.min(least, age);
        }
        return least;
    }

    private Eta measured(Circumstances now) {
        Double since = now.measuredSeconds();
        if (since == null || since < MEASURED_SECONDS || !isEnough(since)) {
            return Eta.unknown(Eta.Reason.MEASURING);
        }
        double speed = speed(since);
        double idle = idleAtTheEnd(Math.min(now.active(), speed / 1000));
        double left = sum((work, cost) -> cost * work.left());
        double seconds = left / speed + idle;
        // Infinite, or no number at all, when nothing was done since the last break.
        if (!(seconds <= MOST_SECONDS)) {
            return Eta.unknown(Eta.Reason.MEASURING);
        }
        double deviation = deviation(left, seconds, since);
        return new Eta(
                duration(seconds),
                now.now().plus(duration(seconds)),
                duration(seconds * Math.exp(-WIDTH * deviation)),
                duration(Math.min(MOST_SECONDS, seconds * Math.exp(WIDTH * deviation))),
                null);
    }

    /** Milliseconds of work done in a second: a thousand for each worker that is at this batch. */
    private double speed(double since) {
        return sum((work, cost) -> {
            double memory = memory(work);
            return cost * recent(work, since) / Math.max(0.001, memory * (1 - Math.exp(-since / memory)));
        });
    }

    /** What was done before the last break does not count. */
    private static double recent(Work work, double since) {
        Double age = work.recentAge();
        return age == null || age > since ? 0 : work.recent() * Math.exp(-Math.max(0, age) / memory(work));
    }

    private static double memory(Work work) {
        return Math.max(MEMORY_SECONDS, MEMORY_JOBS * work.workedMillis() / 1000 / Math.max(1, work.workedJobs()));
    }

    private boolean isEnough(double since) {
        double done = works.stream().mapToDouble(work -> recent(work, since)).sum();
        return workedJobs() >= MEASURED_JOBS
                || done
                        > MEASURED_SHARE
                                * works.stream().mapToDouble(Work::size).sum();
    }

    private int workedJobs() {
        return works.stream().mapToInt(Work::workedJobs).sum();
    }

    /**
     * When nothing waits any more, the workers end one after the other. The last one ends so much later than the average
     * one as the longest of as many waits for a bus is longer than the average one.
     */
    private double idleAtTheEnd(double workers) {
        double harmonic = 0;
        for (int i = 2; i <= Math.round(workers); i++) {
            harmonic += 1.0 / i;
        }
        return harmonic * residual();
    }

    /** Seconds that a document which is being worked on still takes, on average over the time. */
    private double residual() {
        double squares = sum((work, cost) -> cost * cost * Math.max(0, work.openSquares()));
        double open = sum((work, cost) -> cost * work.openSize());
        return squares / Math.max(0.001, 2 * open) / 1000;
    }

    /**
     * Of the logarithm of what is left: how the costs scatter and how few are known, how short the speed was measured, the
     * end, and what else there is.
     */
    private double deviation(double left, double seconds, double since) {
        double variance = 0;
        for (int i = 0; i < works.size(); i++) {
            Work work = works.get(i);
            double open = Math.max(0, work.left());
            variance += scatter(work, costs[i]) * open * (1 + open / (work.workedSize() + expectation()));
        }
        double end = 0.7 * residual() / Math.max(0.001, seconds);
        return Math.sqrt(variance / Math.max(1, left * left)
                + end * end
                + 0.25 / (1 + workedJobs())
                + 0.02 / since
                + 0.05 * 0.05);
    }

    /** The variance of a document's cost by its size. */
    private double scatter(Work work, double cost) {
        return work.workedJobs() < 2
                ? cost * cost / 4 * documentSize
                : Math.max(0, work.workedScatter() - work.workedMillis() * work.workedMillis() / work.workedSize())
                        / (work.workedJobs() - 1);
    }

    private interface Term {
        double of(Work work, double cost);
    }

    private double sum(Term term) {
        double sum = 0;
        for (int i = 0; i < works.size(); i++) {
            sum += term.of(works.get(i), costs[i]);
        }
        return Math.max(0, sum);
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
