package io.mivaa.batch.pipeline.parse.mivaa;

/** A position in a text that holds Python literals, and how to move on from it. Not thread-safe. */
final class PythonText {

    private final String text;
    private int at;

    /** The text is not a literal. Does not leave {@link PythonLiteral}. */
    static final class NoLiteral extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoLiteral() {
            super(null, null, false, false);
        }
    }

    PythonText(String text) {
        this.text = text;
    }

    boolean isEnd() {
        return at >= text.length();
    }

    /** @throws NoLiteral at the end of the text */
    char peek() {
        if (isEnd()) {
            throw new NoLiteral();
        }
        return text.charAt(at);
    }

    void skip() {
        at++;
    }

    void skipBlanks() {
        while (!isEnd() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** Skips blanks and this character. */
    void expect(char c) {
        skipBlanks();
        if (peek() != c) {
            throw new NoLiteral();
        }
        at++;
    }

    /** Skips blanks and a comma, unless the end of the sequence follows without one. */
    void expectCommaOr(char end) {
        skipBlanks();
        if (peek() == ',') {
            at++;
        } else if (peek() != end) {
            throw new NoLiteral();
        }
    }

    /** Reads a name or a number; empty when there is none. */
    String word() {
        int start = at;
        while (!isEnd() && (Character.isLetterOrDigit(peek()) || "+-._".indexOf(peek()) >= 0)) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Reads a string, which begins with its quote. */
    String string() {
        char quote = peek();
        StringBuilder string = new StringBuilder();
        at++;
        while (peek() != quote) {
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : String.valueOf(c));
        }
        at++;
        return string.toString();
    }

    private String escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '\n' -> "";
            case 'x' -> codePoint(2);
            case 'u' -> codePoint(4);
            case 'U' -> codePoint(8);
            default -> String.valueOf(c);
        };
    }

    private String codePoint(int digits) {
        if (at + digits > text.length()) {
            throw new NoLiteral();
        }
        String hex = text.substring(at, at + digits);
        at += digits;
        if (!hex.matches("[0-9a-fA-F]+")) {
            throw new NoLiteral();
        }
        long code = Long.parseLong(hex, 16);
        return Character.isValidCodePoint((int) Math.min(code, Integer.MAX_VALUE))
                ? Character.toString((int) code)
                : "\uFFFD";
    }
}
