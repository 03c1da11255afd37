package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.Answers.Batch;
import io.mivaa.batch.commandline.Answers.Counts;
import io.mivaa.batch.commandline.Answers.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressLineTests {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private ProgressLine line(boolean inPlace) {
        return new ProgressLine(new PrintStream(printed, true, UTF_8), inPlace);
    }

    private static Batch batch(double percent, int succeeded, boolean terminal) {
        return new Batch(
                "id",
                terminal ? "PARTIAL" : "RUNNING",
                terminal,
                new Counts(4, 0, 0, 1, succeeded, 1, 0),
                new Progress(percent, null),
                null);
    }

    @Test
    void redrawsABarInPlaceAndLeavesItWhenDone() {
        var line = line(true);

        line.show(batch(50, 1, false));
        line.show(batch(100, 3, true));

        assertThat(printed.toString(UTF_8))
                .isEqualTo(
                        "\r  [###############...............]  50 %   1 of 4 documents, 1 retrying, 1 failed\u001B[K"
                                + "\r  [##############################] 100 %   3 of 4 documents, 1 retrying, 1 failed\u001B[K\n");
    }

    @Test
    void printsALinePerChangeWhereNothingCanBeRedrawn() {
        var line = line(false);

        line.show(batch(50, 1, false));
        line.show(batch(50, 1, false));
        line.show(batch(100, 3, true));

        assertThat(printed.toString(UTF_8).lines())
                .containsExactly(
                        "   50 %  1 of 4 documents, 1 retrying, 1 failed",
                        "  100 %  3 of 4 documents, 1 retrying, 1 failed");
    }

    @Test
    void staysWithinTheBarWhateverThePercentage() {
        var line = line(true);

        line.show(batch(250, 1, false));
        line.show(batch(-3, 1, false));

        assertThat(printed.toString(UTF_8)).contains("] 100 %", "[..............................]   0 %");
    }
}
