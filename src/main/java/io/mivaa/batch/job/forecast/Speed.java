package io.mivaa.batch.job.forecast;

import java.util.List;

/** The recent speed of a batch. Older work counts less: after the time t it counts as exp(-t / memory). Pure. */
final class Speed {

    /** How long work is remembered at least, and over how many documents; the trigger job_work_update uses the same. */
    private static final double MEMORY_SECONDS = 60;

    private static final double MEMORY_JOBS = 4;

    /** A speed measured for a shorter time, or over fewer jobs, is chance. */
    private static final double MIN_SECONDS = 1;

    private static final int MIN_JOBS = 3;

    /** The share of the work that replaces {@link #MIN_JOBS} in a batch of few large documents. */
    private static final double MIN_SHARE = 0.15;

    private final List<Work> works;
    private final Costs costs;
    private final double since;

    /** @param since the seconds for which the batch has been worked on without a break */
    Speed(List<Work> works, Costs costs, double since) {
        this.works = works;
        this.costs = costs;
        this.since = since;
    }

    /** Whether enough was measured to tell a speed from chance. */
    boolean isMeasured() {
        if (since < MIN_SECONDS) {
            return false;
        }
        double done = works.stream().mapToDouble(this::recent).sum();
        return costs.workedJobs() >= MIN_JOBS
                || done > MIN_SHARE * works.stream().mapToDouble(Work::size).sum();
    }

    /** Milliseconds of work done in a second: a thousand for each worker that works on this batch. */
    double millisPerSecond() {
        return costs.sum((work, cost) -> {
            double memory = memory(work);
            return cost * recent(work) / Math.max(0.001, memory * (1 - Math.exp(-since / memory)));
        });
    }

    /** Work before the last break does not count. */
    private double recent(Work work) {
        Double age = work.recentAge();
        return age == null || age > since ? 0 : work.recent() * Math.exp(-Math.max(0, age) / memory(work));
    }

    private static double memory(Work work) {
        return Math.max(MEMORY_SECONDS, MEMORY_JOBS * work.workedMillis() / 1000 / Math.max(1, work.workedJobs()));
    }
}
