package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

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
