package io.mivaa.batch.pipeline.parse.pdf.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PdfContinuationTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Firing (continued)                            | Firing",
                "Firing (CONT'D)                               | Firing",
                "Firing [cont.]                                | Firing",
                "Firing, cont\u2019d                           | Firing",
                "Firing \u2013 continued                       | Firing",
                "Firing - Continued from previous page         | Firing",
                "Brennen (Fortsetzung)                         | Brennen",
                "Table 3 (continued): What glazes cost         | Table 3: What glazes cost",
                "Table 3 continued                             | Table 3",
                "Table 3. Continued from the previous page.    | Table 3",
            })
    void takesTheMarkAway(String text, String without) {
        assertThat(PdfContinuation.without(text)).isEqualTo(without);
        assertThat(PdfContinuation.isIn(text)).isTrue();
        assertThat(PdfContinuation.isAll(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(continued)", "Continued on next page", "continued on page 12 \u2026", "[Cont'd]"})
    void knowsWhatSaysNothingElse(String text) {
        assertThat(PdfContinuation.isAll(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Firing continued",
                "How the work is continued",
                "The office suite",
                "Firing (continued use)",
                "Table 3 contains prices",
                ""
            })
    void leavesOtherWordsAlone(String text) {
        assertThat(PdfContinuation.without(text)).isEqualTo(text);
        assertThat(PdfContinuation.isIn(text)).isFalse();
        assertThat(PdfContinuation.isAll(text)).isFalse();
    }

    @Test
    void knowsCaptionsOfTablesThatGoOn() {
        assertThat(PdfCaption.label("Table 2-1 continued")).isEqualTo("table 2-1");
        assertThat(PdfCaption.label("TABLE 2-1. What glazes cost")).isEqualTo("table 2-1");
        assertThat(PdfCaption.label("Table 3 contains prices")).isEmpty();
    }
}
