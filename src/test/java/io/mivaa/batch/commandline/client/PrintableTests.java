package io.mivaa.batch.commandline.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintableTests {

    @Test
    void takesAwayWhatATerminalWouldObey() {
        assertThat(Printable.line("a\u001B]0;title\u0007b\u009B31mc\u0000d\u007F"))
                .isEqualTo("a]0;titleb31mcd");
    }

    @Test
    void takesAwayWhatTurnsTheOrderRound() {
        assertThat(Printable.line("invoice\u202Efdp.exe\u2066x\u2069\u200F\u061C\uFEFF"))
                .isEqualTo("invoicefdp.exex");
    }

    @Test
    void keepsOnOneLine() {
        assertThat(Printable.line(" a\r\nb\t\tc\u2028d\u0085e\u00A0f ")).isEqualTo("a b c de f");
    }

    @Test
    void keepsTheLettersOfTheWorld() {
        String names = "Müller 報告書 חשבונית مرحبا 👍 e\u0301";
        assertThat(Printable.line(names)).isEqualTo(names);
        assertThat(Printable.line("half \uD83D gone")).isEqualTo("half gone");
    }

    @Test
    void countsColumnsAsTerminalsDo() {
        assertThat(Printable.columns("abc")).isEqualTo(3);
        assertThat(Printable.columns("報告")).isEqualTo(4);
        assertThat(Printable.columns("e\u0301")).isEqualTo(1);
        assertThat(List.of("👍", "✅", "⌚", "⚡", "⭐", "⬛", "❌", "🀄", "🟢", "🩺", "🪐", "𗀀", "Ａ", "가"))
                .allSatisfy(wide -> assertThat(Printable.columns(wide)).isEqualTo(2));
    }

    @Test
    void cutsByColumnsAndNeverACharacter() {
        assertThat(Printable.fit("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Printable.fit("abcdef", 5)).isEqualTo("abcd…");
        assertThat(Printable.fit("報告書", 5)).isEqualTo("報告…");
        assertThat(Printable.fit("報告書", 4)).isEqualTo("報…");
        assertThat(Printable.fit("👍👍", 3)).isEqualTo("👍…");
        assertThat(Printable.fit("abc", 0)).isEmpty();
    }

    @Test
    void saysWhyAFileCannotBeUsed() {
        assertThat(Printable.reason(new NoSuchFileException("/x"))).isEqualTo("there is no such file or folder");
        assertThat(Printable.reason(new AccessDeniedException("/x"))).isEqualTo("no permission");
        assertThat(Printable.reason(new FileSystemException("/x", null, "Is a\u001B directory")))
                .isEqualTo("Is a directory");
        assertThat(Printable.reason(new FileSystemException("/x"))).isEqualTo("FileSystemException");
        assertThat(Printable.reason(new IOException("No space left"))).isEqualTo("No space left");
    }

    @Test
    void saysSizesAndTimesShortly() {
        assertThat(Printable.bytes(999)).isEqualTo("999 bytes");
        assertThat(Printable.bytes(1_500)).isEqualTo("1.5 kB");
        assertThat(Printable.bytes(82_400_000)).isEqualTo("82 MB");
        assertThat(Printable.bytes(2_147_483_648L)).isEqualTo("2.1 GB");
        assertThat(Printable.duration(31.4)).isEqualTo("31 s");
        assertThat(Printable.duration(150)).isEqualTo("3 min");
        assertThat(Printable.duration(9000)).isEqualTo("2.5 h");
    }
}
