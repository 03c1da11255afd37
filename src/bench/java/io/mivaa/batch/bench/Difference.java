package io.mivaa.batch.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * By how many points one way finds more than another on the same questions, and between what this lies in 95 of 100
 * draws of as many questions from these, with replacement: whether it is more than the choice of the questions.
 * Efron, Tibshirani: An Introduction to the Bootstrap, 1993; paired, because questions differ more than the ways do.
 */
record Difference(double points, double low, double high) {

    private static final int DRAWS = 10_000;

    static Difference between(List<Retrieved> one, List<Retrieved> other, ToDoubleFunction<Retrieved> share) {
        double[] differences = new double[one.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = 100 * (share.applyAsDouble(one.get(i)) - share.applyAsDouble(other.get(i)));
        }
        Random random = new Random(1);
        double[] means = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            double sum = 0;
            for (int i = 0; i < differences.length; i++) {
                sum += differences[random.nextInt(differences.length)];
            }
            means[draw] = sum / differences.length;
        }
        Arrays.sort(means);
        return new Difference(
                Arrays.stream(differences).average().orElse(0), means[DRAWS / 40], means[DRAWS - 1 - DRAWS / 40]);
    }

    @Override
    public String toString() {
        return "%+.1f (%+.1f to %+.1f)".formatted(points, low, high);
    }
}
