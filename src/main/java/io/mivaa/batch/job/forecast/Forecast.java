package io.mivaa.batch.job.forecast;

import io.mivaa.batch.job.Eta;
import io.mivaa.batch.job.Outlook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes the progress of a batch and its remaining time. The remaining work is estimated from the cost of its
 * documents so far and divided by the recent speed of the batch. The speed is measured, so it includes the batch's
 * share of the workers, their number and the load of their machines. The formulas are explained in docs/internals.md.
 * Pure.
 */
public final class Forecast {

    /** Standard deviations to either side. Nine in ten would need 1.6; the rest is for what the variance leaves out. */
    private static final double WIDTH = 2;

    /** Later ends are not forecast. */
    private static final double MAX_SECONDS = Duration.ofDays(365).toSeconds();

    /**
     * The circumstances of a batch, besides its work.
     *
     * @param active jobs that are queued or running
     * @param workers threads of all living instances
     * @param measuredSeconds for which the batch has been worked on without a break, null before that
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
    private final Costs costs;

    /** @param jobs all jobs of the batch */
    public Forecast(List<Work> works, int jobs) {
        this.works = works;
        this.costs = new Costs(works, jobs);
    }

    /** The percent of a batch that is not final, 0 to 99.9. Its costs never change, so that it cannot fall. */
    public double percent() {
        double done = 0;
        double all = 0;
        for (Work work : works) {
            done += work.cost() * work.credit();
            all += work.cost() * work.size();
        }
        return all == 0 ? 0 : Math.min(Outlook.MOST, Math.max(0, Math.floor(10 * done / all) / 10));
    }

    /** The end of a batch that is not final. */
    public Eta eta(Circumstances now) {
        if (now.paused()) {
            return Eta.unknown(Eta.Reason.PAUSED);
        } else if (now.awaiting()) {
            return Eta.unknown(Eta.Reason.WAITING_FOR_BATCHES);
        } else if (now.scheduled() > 0 && now.active() + now.retrying() == 0) {
            return Eta.unknown(Eta.Reason.SCHEDULED);
        } else if (now.workers() == 0) {
            return Eta.unknown(Eta.Reason.NO_WORKERS);
        } else if (isParked()) {
            return Eta.unknown(Eta.Reason.RATE_LIMITED);
        } else if (now.active() == 0) {
            return Eta.unknown(Eta.Reason.RETRYING);
        } else {
            return measured(now);
        }
    }

    /** Whether no work was done since a job was last parked, nor in the five seconds before. */
    private boolean isParked() {
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
        if (since == null) {
            return Eta.unknown(Eta.Reason.MEASURING);
        }
        Speed speed = new Speed(works, costs, since);
        if (!speed.isMeasured()) {
            return Eta.unknown(Eta.Reason.MEASURING);
        }
        double left = costs.sum((work, cost) -> cost * work.left());
        double perSecond = speed.millisPerSecond();
        double seconds = left / perSecond + idleAtTheEnd(Math.min(now.active(), perSecond / 1000));
        // Infinite, or not a number, when nothing was done since the last break.
        if (!(seconds <= MAX_SECONDS)) {
            return Eta.unknown(Eta.Reason.MEASURING);
        }
        double deviation = deviation(left, seconds, since);
        return new Eta(
                duration(seconds),
                now.now().plus(duration(seconds)),
                duration(seconds * Math.exp(-WIDTH * deviation)),
                duration(Math.min(MAX_SECONDS, seconds * Math.exp(WIDTH * deviation))),
                null);
    }

    /**
     * Seconds from the average end of a worker to the last one, when no documents wait any more: the longest of several
     * waits exceeds their average by the harmonic number.
     */
    private double idleAtTheEnd(double workers) {
        double harmonic = 0;
        for (int i = 2; i <= Math.round(workers); i++) {
            harmonic += 1.0 / i;
        }
        return harmonic * residual();
    }

    /** Seconds that a document which is being worked on still takes on average. */
    private double residual() {
        double squares = costs.sum((work, cost) -> cost * cost * Math.max(0, work.openSquares()));
        double open = costs.sum((work, cost) -> cost * work.openSize());
        return squares / Math.max(0.001, 2 * open) / 1000;
    }

    /**
     * The standard deviation of the logarithm of the remaining time: from the scatter of costs, the end of the batch, the
     * number of jobs and the time that were measured, and a rest for everything else.
     */
    private double deviation(double left, double seconds, double since) {
        double end = 0.7 * residual() / Math.max(0.001, seconds);
        return Math.sqrt(costs.variance() / Math.max(1, left * left)
                + end * end
                + 0.25 / (1 + costs.workedJobs())
                + 0.02 / since
                + 0.05 * 0.05);
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
