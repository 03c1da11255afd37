package io.mivaa.batch.commandline.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresTests {

    private final Failures failures = new Failures();

    @Test
    void tellsTheLargestGroupFirstWithAFewNamesAndAdvice() {
        failures.add(new FailedDocument("one.bin", "unsupported-format", "It is of no known format.", "INVALID_INPUT"));
        for (int i = 1; i <= 7; i++) {
            failures.add(new FailedDocument("n" + i, "no-text", "There is no text.", "INVALID_INPUT"));
        }

        assertThat(failures.lines())
                .containsExactly(
                        "    7  no-text: There is no text.",
                        "         n1",
                        "         n2",
                        "         n3",
                        "         n4",
                        "         n5",
                        "         and 2 more",
                        "    1  unsupported-format: It is of no known format.",
                        "         one.bin",
                        "       Leave such files out with --exclude or --include.");
        assertThat(failures.count()).isEqualTo(8);
    }

    @Test
    void keepsNoMoreThanItPrints() {
        for (int i = 0; i < 25; i++) {
            failures.add(new FailedDocument("n", "code-" + i, "m", ""));
        }

        assertThat(failures.lines()).hasSize(2 * 20 + 1).endsWith("    5  with other codes");
        assertThat(failures.count()).isEqualTo(25);
    }

    @Test
    void printsNothingThatATerminalObeysAndNothingTooLong() {
        failures.add(new FailedDocument("a\u001B[2J" + "b".repeat(500), "c\u009Bd", "e\u202Ef" + "g".repeat(500), ""));

        assertThat(failures.lines())
                .allSatisfy(line -> assertThat(line).doesNotContain("\u001B", "\u009B", "\u202E"))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(220));
    }

    @Test
    void knowsWhatMayPass() {
        failures.add(new FailedDocument("n", "no-text", "m", "INVALID_INPUT"));
        assertThat(failures.mayPass()).isFalse();

        failures.add(new FailedDocument("n", "timeout", "m", "TIMEOUT"));

        assertThat(failures.mayPass()).isTrue();
    }
}
