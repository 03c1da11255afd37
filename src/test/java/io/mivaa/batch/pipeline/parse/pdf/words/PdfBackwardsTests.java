package io.mivaa.batch.pipeline.parse.pdf.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Bidi;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signs as they stand on the page from left to right, and the text as it is read. */
class PdfBackwardsTests {

    private static final PDFont FONT = new PDType1Font(FontName.HELVETICA);

    @Test
    void readsALineFromRightToLeft() {
        assertThat(read("\u05DD\u05DC\u05D5\u05E2 \u05DD\u05D5\u05DC\u05E9"))
                .isEqualTo("\u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD");
    }

    @Test
    void readsWordsOfALatinScriptWithinItForwards() {
        assertThat(read("\u05DD\u05D5\u05DC\u05E9 New York \u05DC"))
                .isEqualTo("\u05DC New York \u05E9\u05DC\u05D5\u05DD");
    }

    @Test
    void readsNumbersForwardsAndSignsAtTheirEnd() {
        assertThat(read(".1,250 \u05D1\u05D0")).isEqualTo("\u05D0\u05D1 1,250.");
        assertThat(read("3.5\u05D1\u05D0")).isEqualTo("\u05D0\u05D13.5");
    }

    @Test
    void turnsBrackets() {
        assertThat(read("(\u05D1\u05D0)")).isEqualTo("(\u05D0\u05D1)");
    }

    @Test
    void readsASingleWordWithinALineThatRunsForwards() {
        assertThat(read("the word \u05D1\u05D0 \u05D3\u05D2 is two words"))
                .isEqualTo("the word \u05D2\u05D3 \u05D0\u05D1 is two words");
    }

    /** What a page shows is worked out by the JDK's bidirectional algorithm. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u05D2\u05E8\u05E1\u05D4 Windows 11 Pro \u05D6\u05DE\u05D9\u05E0\u05D4",
                "\u05D2\u05E8\u05E1\u05D4 Windows 11 \u05D6\u05DE\u05D9\u05E0\u05D4",
                "\u05E2\u05D3 16 GB \u05D6\u05D9\u05DB\u05E8\u05D5\u05DF",
                "\u05E9\u05DC AT & T \u05D4\u05D9\u05D0",
                "\u05E2\u05D5\u05D3 25% (\u05D0\u05D5 $30) \u05D1\u05E9\u05E0\u05EA 2024.",
                "\u05D1\u05D9\u05DF 2020 - 2021 \u05D1\u05E9\u05E2\u05D4 12:30",
                "\u0627\u0644\u0646\u0633\u062E\u0629 Windows 11 Pro \u0645\u062A\u0627\u062D\u0629 25% \u0641\u064A 2024",
                "\u0627\u0644\u0639\u062F\u062F \u0661\u0662\u0663 \u0645\u0646 PDF",
                "the words \u05D0\u05D1 25 \u05D2\u05D3 are two with a number"
            })
    void readsBackWhatTheBidirectionalAlgorithmHasTurned(String logical) {
        assertThat(read(seen(logical))).isEqualTo(logical);
    }

    private static String seen(String logical) {
        Bidi bidi = new Bidi(logical, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT);
        byte[] levels = new byte[logical.length()];
        Character[] signs = new Character[logical.length()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) bidi.getLevelAt(i);
            int bracket = levels[i] % 2 == 1 ? "()".indexOf(logical.charAt(i)) : -1;
            signs[i] = bracket < 0 ? logical.charAt(i) : "()".charAt(bracket ^ 1);
        }
        Bidi.reorderVisually(levels, 0, signs, 0, signs.length);
        StringBuilder seen = new StringBuilder();
        for (Character sign : signs) {
            seen.append(sign);
        }
        return seen.toString();
    }

    @Test
    void takesLettersForTheFormsTheyHaveWithinAWord() {
        assertThat(read("\uFEEA\uFEDF")).isEqualTo("\u0644\u0647");
    }

    @Test
    void knowsAScriptThatRunsBackwards() {
        assertThat(PdfBackwards.isIn("abc \u0627")).isTrue();
        assertThat(PdfBackwards.isIn("abc 123 \u4E00")).isFalse();
    }

    /** @param seen from left to right */
    private static String read(String seen) {
        List<TextPosition> glyphs = new ArrayList<>();
        for (int i = 0; i < seen.length(); i++) {
            glyphs.add(glyph(seen.substring(i, i + 1), 10 + 6 * i));
        }
        Collections.shuffle(glyphs, new Random(7));
        return String.join(
                " ",
                PdfBackwards.words(glyphs).stream().map(PdfBackwards.Word::text).toList());
    }

    private static TextPosition glyph(String sign, float x) {
        Matrix at = new Matrix(10, 0, 0, 10, x, 700);
        return new TextPosition(0, 612, 792, at, x + 6, 700, 10, 6, 3, sign, new int[] {sign.charAt(0)}, FONT, 10, 10);
    }
}
