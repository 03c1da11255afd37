package io.mivaa.batch.commandline.screen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Counts;
import io.mivaa.batch.commandline.client.ResponseBody.Eta;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressTests {

    private static final String ERASE = "\u001B[K";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private ProgressLine line(Terminal terminal, Duration pace) {
        return new ProgressLine(new PrintStream(printed, true, UTF_8), terminal, pace);
    }

    private String printed() {
        return printed.toString(UTF_8);
    }

    private static Batch batch(
            String state, double percent, Counts counts, @Nullable Double rate, @Nullable Double seconds) {
        boolean terminal = List.of("SUCCEEDED", "PARTIAL").contains(state);
        return new Batch(
                "id",
                null,
                state,
                terminal,
                counts,
                new ResponseBody.Progress(percent, rate),
                new Eta(seconds, state.equals("RUNNING") ? "no-workers" : null),
                null);
    }

    private static Batch running(double percent, int succeeded) {
        return batch("RUNNING", percent, new Counts(4, 0, 2, 1, succeeded, 1, 0), 94.4, 31.0);
    }

    private static Progress of(Batch... batches) {
        return TotalProgress.of(List.of(batches), 0, null);
    }

    @Test
    void drawsABarWithWhatThereIsToSay() {
        assertThat(of(running(50, 1)).bar(120))
                .isEqualTo("[##########..........]  50 %  1 of 4 documents, 1 failed, about 31 s to go,"
                        + " 94 a minute, 1 retrying, 2 running");
    }

    @Test
    void givesUpTheLessImportantAndThenTheBarWhereThereIsNoRoom() {
        Progress progress = of(running(50, 1));

        assertThat(progress.bar(80))
                .isEqualTo("[#####.....]  50 %  1 of 4 documents, 1 failed, about 31 s to go, 94 a minute");
        assertThat(progress.bar(50)).isEqualTo("[#####.....]  50 %  1 of 4 documents, 1 failed");
        assertThat(progress.bar(30)).isEqualTo(" 50 %  1 of 4 documents");
        assertThat(progress.bar(16)).isEqualTo(" 50 %  1 of …");
        for (int columns = 1; columns < 150; columns++) {
            // Beside the two columns before it, and the last one, which stays free.
            assertThat(Printable.columns(progress.bar(columns))).isLessThanOrEqualTo(Math.max(0, columns - 3));
        }
    }

    @Test
    void staysWithinTheBarWhateverThePercentage() {
        assertThat(of(running(250, 1)).bar(60)).startsWith("[##########").contains("] 100 %");
        assertThat(of(running(-3, 1)).bar(60)).startsWith("[..........").contains("]   0 %");
    }

    @Test
    void isNotDoneBeforeItIs() {
        assertThat(of(running(99.96, 3)).plain()).startsWith("   99 %");
    }

    @Test
    void addsUpSeveralBatchesAndWhatIsInNoneYet() {
        Batch done = batch("SUCCEEDED", 100, new Counts(6, 0, 0, 0, 6, 0, 0), 60.0, 0.0);
        Batch other = batch("QUEUED", 0, new Counts(2, 2, 0, 0, 0, 0, 0), null, 12.0);

        assertThat(of(done, running(50, 1), other).plain())
                .isEqualTo(
                        "   66 %  7 of 12 documents, 1 failed, about 31 s to go, 94 a minute, 1 retrying, 2 running");
        assertThat(TotalProgress.of(List.of(done), 6, "retrying in 3 s").plain())
                .isEqualTo("   50 %  6 of 12 documents, retrying in 3 s");
    }

    @Test
    void saysWhyNothingCanBeSaidOfTheEnd() {
        Counts counts = new Counts(2, 2, 0, 0, 0, 0, 0);

        assertThat(of(batch("RUNNING", 0, counts, null, null)).plain()).endsWith("0 of 2 documents, no-workers");
        assertThat(of(batch("PAUSED", 0, counts, null, null)).plain()).endsWith("0 of 2 documents, paused");
    }

    @Test
    void showsTheNameWhereThereIsRoomAndCutsItByColumns() {
        Progress progress = new Progress(10, "sending, 1 of 9 files", List.of(), "報告書の全文.pdf", false);

        assertThat(progress.bar(76)).isEqualTo("[###...........................]  10 %  sending, 1 of 9 files  報告書の…");
        assertThat(progress.bar(90)).endsWith("  報告書の全文.pdf");
        assertThat(progress.bar(70)).endsWith("1 of 9 files");
    }

    @Test
    void redrawsInPlaceAndLeavesTheLastOne() {
        var line = line(Terminal.ofWidth(60), Duration.ZERO);

        line.show(of(running(50, 1)));
        line.show(of(running(50, 1)));
        line.show(of(batch("PARTIAL", 100, new Counts(4, 0, 0, 0, 3, 1, 0), 90.0, null)));

        assertThat(printed())
                .isEqualTo("\r  [##########..........]  50 %  1 of 4 documents, 1 failed" + ERASE
                        + "\r  [####################] 100 %  3 of 4 documents, 1 failed" + ERASE + "\n");
    }

    @Test
    void goesOnALineOfItsOwnAfterwards() {
        var line = line(Terminal.ofWidth(60), Duration.ZERO);

        line.show(of(running(50, 1)));
        line.end();
        line.end();

        assertThat(printed()).endsWith(ERASE + "\n").doesNotEndWith("\n\n");
    }

    @Test
    void endsTheLineThoughNothingButTheEndIsNew() {
        var line = line(Terminal.ofWidth(60), Duration.ZERO);

        line.show(new Progress(100, "4 of 4 documents", List.of(), "", false));
        line.show(new Progress(100, "4 of 4 documents", List.of(), "", true));

        assertThat(printed()).endsWith(ERASE + "\n");
    }

    @Test
    void printsPlainLinesNoFasterThanThePaceButTheLastAtOnce() {
        var line = line(Terminal.none(), Duration.ofHours(1));

        line.show(of(running(50, 1)));
        line.show(of(running(60, 2)));
        line.show(of(batch("PARTIAL", 100, new Counts(4, 0, 0, 0, 3, 1, 0), 90.0, null)));

        assertThat(printed().lines())
                .containsExactly(
                        "   50 %  1 of 4 documents, 1 failed, about 31 s to go, 94 a minute, 1 retrying, 2 running",
                        "  100 %  3 of 4 documents, 1 failed");
        assertThat(printed()).doesNotContain("\r", "\u001B");
    }
}
