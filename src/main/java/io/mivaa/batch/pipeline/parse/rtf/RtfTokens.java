package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Splits an RTF file into groups, control words and bytes of text (RTF 1.9.1). Not thread-safe. */
final class RtfTokens implements Closeable {

    private static final int LONGEST_WORD = 32;
    private static final int TOKENS_BETWEEN_CHECKS = 4096;

    private final PushbackInputStream in;
    private String word = "";
    private boolean numbered;
    private int number;
    private int text;
    private long tokens;

    /** The kinds of tokens. */
    enum Token {
        OPEN,
        CLOSE,
        WORD,
        TEXT,
        END
    }

    RtfTokens(Path file) throws IOException {
        this.in = new PushbackInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    /** The control word, or the sign of a control symbol. */
    String word() {
        return word;
    }

    int number(int absent) {
        return numbered ? number : absent;
    }

    /** A property is on unless its number is zero. */
    boolean isOn() {
        return number(1) != 0;
    }

    /** A byte of text. */
    int text() {
        return text;
    }

    /** Goes to the next token. Line breaks and binary data ({@code \bin}) are skipped. */
    Token next() throws IOException {
        if (++tokens % TOKENS_BETWEEN_CHECKS == 0) {
            SourceBytes.checkCancelled();
        }
        Token token = read();
        while (token == Token.WORD && word.equals("bin")) {
            in.skipNBytes(Math.max(0, number(0)));
            token = read();
        }
        return token;
    }

    private Token read() throws IOException {
        int c = in.read();
        while (c == '\r' || c == '\n' || c == 0) {
            c = in.read();
        }
        return switch (c) {
            case -1 -> Token.END;
            case '{' -> Token.OPEN;
            case '}' -> Token.CLOSE;
            case '\\' -> control();
            default -> text(c);
        };
    }

    private Token text(int c) {
        text = c;
        return Token.TEXT;
    }

    private Token control() throws IOException {
        int c = in.read();
        numbered = false;
        if (c < 0) {
            return Token.END;
        }
        if (isLetter(c)) {
            word(c);
            return Token.WORD;
        }
        if (c == '\'') {
            return text(Math.max(0, Character.digit(in.read(), 16)) * 16 + Math.max(0, Character.digit(in.read(), 16)));
        }
        if (c == '\\' || c == '{' || c == '}') {
            return text(c);
        }
        word = c == '\r' || c == '\n' ? "par" : String.valueOf((char) c);
        return Token.WORD;
    }

    private void word(int first) throws IOException {
        StringBuilder letters = new StringBuilder().append((char) first);
        int c = in.read();
        for (; isLetter(c) && letters.length() < LONGEST_WORD; c = in.read()) {
            letters.append((char) c);
        }
        word = letters.toString();
        readNumber(c);
    }

    /** Reads the number of a word, if it has one, and the space that ends the word. */
    private void readNumber(int first) throws IOException {
        int c = first;
        boolean negative = c == '-';
        if (negative) {
            c = in.read();
        }
        long value = 0;
        for (; c >= '0' && c <= '9'; c = in.read()) {
            value = Math.min(value * 10 + c - '0', Integer.MAX_VALUE);
            numbered = true;
        }
        number = (int) (negative ? -value : value);
        if (c != ' ' && c >= 0) {
            in.unread(c);
        }
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
