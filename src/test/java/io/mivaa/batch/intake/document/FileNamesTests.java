package io.mivaa.batch.intake.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTests {

    @ParameterizedTest
    @CsvSource({
        "../../etc/passwd, passwd",
        "C:\\Windows\\..\\boot.ini, boot.ini",
        "/a\\b/c.txt, c.txt",
        "a/../b.txt, b.txt",
        "Wärme 1.pdf, Wärme 1.pdf",
        "...txt, ...txt",
        "木材.md, 木材.md"
    })
    void keepsTheLastPartOfAPath(String given, String name) {
        assertThat(FileNames.clean(given)).isEqualTo(name);
    }

    @Test
    void removesWhatCannotBeSeen() {
        assertThat(FileNames.clean("a\0b\r\nc\u202Egnp\u200B.\u0085txt")).isEqualTo("abcgnp.txt");
        assertThat(FileNames.clean("half\ud83d.txt")).isEqualTo("half.txt");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", ".", "..", "a/", "\\", "..\\..", "\0\u202E", " .. "})
    void callsAFileWithoutANameUnnamed(String given) {
        assertThat(FileNames.clean(given)).isEqualTo("unnamed");
    }

    @Test
    void shortensALongNameButKeepsItsEnding() {
        assertThat(FileNames.clean("x".repeat(300) + ".pdf")).isEqualTo("x".repeat(251) + ".pdf");
        assertThat(FileNames.clean("x".repeat(255))).hasSize(255);
        assertThat(FileNames.clean("x".repeat(300))).isEqualTo("x".repeat(255));
        assertThat(FileNames.clean("x." + "y".repeat(300))).isEqualTo("x." + "y".repeat(253));
        assertThat(FileNames.clean("." + "y".repeat(300))).hasSize(255);
    }

    @Test
    void doesNotCutAnEmojiInTwo() {
        String name = FileNames.clean("x".repeat(250) + "😀".repeat(10) + ".pdf");

        assertThat(name).isEqualTo("x".repeat(250) + ".pdf");
        assertThat(FileNames.clean("x".repeat(249) + "😀".repeat(10) + ".pdf")).isEqualTo("x".repeat(249) + "😀.pdf");
    }
}
