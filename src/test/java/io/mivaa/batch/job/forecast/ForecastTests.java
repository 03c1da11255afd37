package io.mivaa.batch.job.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Eta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is expected of the work that is left. */
class ForecastTests {

    private static final double SINCE = 20;

    @Test
    void expectsOfEachKindWhatItHasCost() {
        // Two kinds alike in size, half of all done; a unit of the one has cost nine times as much as of the other.
        double dearLeft = seconds(List.of(work(1, 20, 15, 0.01, 1), work(1, 20, 5, 0.09, 1)));
        double cheapLeft = seconds(List.of(work(1, 20, 5, 0.01, 1), work(1, 20, 15, 0.09, 1)));

        assertThat(dearLeft).isGreaterThan(3 * cheapLeft);
    }

    @Test
    void expectsOfAKindThatItHasNotSeenWhatWasExpectedToBeginWith() {
        // The second kind was expected to cost five times as much; the first has cost twice what was expected.
        Forecast forecast = new Forecast(List.of(work(1, 20, 10, 2, 1), work(5, 20, 0, 0, 1)), 40);

        double seconds = seconds(forecast);

        // 10 documents of 2 ms a unit took the time; left are 10 of 2 and 20 of 10.
        assertThat(seconds / SINCE).isBetween(10.0, 13.0);
    }

    @Test
    void countsTheWaitForTheLastOneWhenSeveralWork() {
        double alone = seconds(List.of(work(1, 20, 10, 1, 1)));
        double several = seconds(List.of(work(1, 20, 10, 4, 1)));

        // The same share in the same time, but by two workers: the last of them ends later than the other.
        assertThat(several).isGreaterThan(alone + 0.5).isLessThan(alone + 10);
    }

    @Test
    void isSurerWhenMoreIsKnown() {
        assertThat(spread(List.of(work(1, 400, 200, 1, 1)))).isLessThan(spread(List.of(work(1, 8, 4, 1, 1))));
    }

    @Test
    void goesByWhatWasExpectedWhereTheClockSaysThatWorkTookNoTime() {
        assertThat(seconds(List.of(work(1, 20, 10, 0, 1)))).isBetween(15.0, 25.0);
    }

    @Test
    void isMeasuredAnewWhenNothingWasDoneSinceABreak() {
        assertThat(reason(List.of(work(1, 20, 10, 1, SINCE + 1)))).isEqualTo(Eta.Reason.MEASURING);
    }

    @Test
    void tellsNothingThatIsMoreThanAYearAhead() {
        assertThat(reason(List.of(work(1, 1_000_000, 10, 1, 1)))).isNull();
        assertThat(reason(List.of(work(1, 100_000_000, 10, 1, 1)))).isEqualTo(Eta.Reason.MEASURING);
    }

    @Test
    void isScheduledNoMoreAsSoonAsSomeOfItsJobsAreDue() {
        Forecast forecast = new Forecast(List.of(work(1, 20, 10, 1, 1)), 20);

        assertThat(forecast.eta(scheduled(5)).reason()).isNull();
        assertThat(forecast.eta(scheduled(0)).reason()).isEqualTo(Eta.Reason.SCHEDULED);
    }

    private static Forecast.Circumstances scheduled(int due) {
        return new Forecast.Circumstances(false, false, 10 - due, due, 0, 4, SINCE, Instant.EPOCH);
    }

    @Test
    void neverSaysThatABatchIsDoneThatIsNot() {
        assertThat(new Forecast(List.of(work(1, 10, 10, 1, 1)), 10).percent()).isEqualTo(99.9);
        assertThat(new Forecast(List.of(), 0).percent()).isZero();
    }

    /** Documents of 1,000 units each, of which some are done at so many ms a unit. */
    private static Work work(double expected, int documents, int done, double cost, double age) {
        long size = 1_000L * documents;
        long worked = 1_000L * done;
        double millis = cost * worked;
        double memory = 60 * (1 - Math.exp(-SINCE / 60)) / SINCE;
        return new Work(
                expected,
                size,
                100 * worked,
                size - worked,
                1e6 * (documents - done),
                done,
                worked,
                millis,
                worked == 0 ? 0 : millis * millis / worked,
                worked * memory * Math.exp(age / 60),
                done == 0 ? null : age,
                null);
    }

    private static double seconds(List<Work> works) {
        return seconds(forecast(works));
    }

    private static Forecast forecast(List<Work> works) {
        return new Forecast(
                works,
                works.stream().mapToInt(work -> (int) (work.size() / 1_000)).sum());
    }

    private static Eta.@Nullable Reason reason(List<Work> works) {
        return eta(forecast(works)).reason();
    }

    private static double seconds(Forecast forecast) {
        return Objects.requireNonNull(eta(forecast).left()).toMillis() / 1000.0;
    }

    private static double spread(List<Work> works) {
        Eta eta = eta(forecast(works));
        Duration low = Objects.requireNonNull(eta.low());
        return Objects.requireNonNull(eta.high()).toMillis() / (double) low.toMillis();
    }

    private static Eta eta(Forecast forecast) {
        return forecast.eta(new Forecast.Circumstances(false, false, 0, 20, 0, 4, SINCE, Instant.EPOCH));
    }
}
