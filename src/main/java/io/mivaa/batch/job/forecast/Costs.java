package io.mivaa.batch.job.forecast;

import java.util.List;

/** What the documents of a batch cost, by kind: learned from those that are done, expected for the others. Pure. */
final class Costs {

    /** The expected cost of a kind counts as much as this many documents of average size. */
    private static final double EXPECTATION = 2;

    private final List<Work> works;

    /** The learned cost of each work, in milliseconds per unit of size. */
    private final double[] costs;

    private final double documentSize;

    /** @param jobs all jobs of the batch */
    Costs(List<Work> works, int jobs) {
        this.works = works;
        this.documentSize = works.stream().mapToDouble(Work::size).sum() / Math.max(1, jobs);
        this.costs = learn();
    }

    /** Combines measured and expected costs. Expected ones are scaled by how the batch compares with its expectation. */
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

    /** A term of a sum over the kinds of documents. */
    interface Term {
        double of(Work work, double cost);
    }

    double sum(Term term) {
        double sum = 0;
        for (int i = 0; i < works.size(); i++) {
            sum += term.of(works.get(i), costs[i]);
        }
        return Math.max(0, sum);
    }

    int workedJobs() {
        return works.stream().mapToInt(Work::workedJobs).sum();
    }

    /** The variance of the remaining work: how costs scatter, and how few of them are known. */
    double variance() {
        return sum((work, cost) -> {
            double open = Math.max(0, work.left());
            return scatter(work, cost) * open * (1 + open / (work.workedSize() + expectation()));
        });
    }

    /** The variance of a document's cost per unit of its size. */
    private double scatter(Work work, double cost) {
        return work.workedJobs() < 2
                ? cost * cost / 4 * documentSize
                : Math.max(0, work.workedScatter() - work.workedMillis() * work.workedMillis() / work.workedSize())
                        / (work.workedJobs() - 1);
    }
}
