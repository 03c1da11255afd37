package io.mivaa.batch.pipeline.parse.mivaa;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what Python prints of lists and dictionaries: the first extractor wrote its result so, in a JSON string. Calls
 * such as {@code Rect(0, 0, 1, 1)} count as lists. Not thread-safe.
 */
final class PythonLiteral {

    private static final int DEEPEST = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String text;
    private int at;
    private int depth;

    private PythonLiteral(String text) {
        this.text = text;
    }

    /** Where the text stops being a literal; never seen outside. */
    private static final class NoLiteral extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoLiteral() {
            super(null, null, false, false);
        }
    }

    /** @return null when the text is no list or dictionary of Python */
    static @Nullable JsonNode parse(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("[") && !stripped.startsWith("{")) {
            return null;
        }
        PythonLiteral literal = new PythonLiteral(stripped);
        try {
            JsonNode value = literal.value();
            literal.blanks();
            return literal.at == stripped.length() ? value : null;
        } catch (NoLiteral e) {
            return null;
        }
    }

    private JsonNode value() {
        blanks();
        if (++depth > DEEPEST) {
            throw new NoLiteral();
        }
        char c = peek();
        JsonNode value =
                switch (c) {
                    case '{' -> dictionary();
                    case '[' -> sequence(']');
                    case '(' -> sequence(')');
                    case '\'', '"' -> NODES.stringNode(string());
                    default -> word();
                };
        depth--;
        return value;
    }

    private ObjectNode dictionary() {
        ObjectNode node = NODES.objectNode();
        at++;
        for (blanks(); peek() != '}'; blanks()) {
            JsonNode key = value();
            expect(':');
            node.set(key.asString(), value());
            comma('}');
        }
        at++;
        return node;
    }

    private ArrayNode sequence(char end) {
        ArrayNode node = NODES.arrayNode();
        at++;
        for (blanks(); peek() != end; blanks()) {
            node.add(value());
            comma(end);
        }
        at++;
        return node;
    }

    private void comma(char end) {
        blanks();
        if (peek() == ',') {
            at++;
        } else if (peek() != end) {
            throw new NoLiteral();
        }
    }

    private void expect(char c) {
        blanks();
        if (peek() != c) {
            throw new NoLiteral();
        }
        at++;
    }

    private JsonNode word() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(peek()) || "+-._".indexOf(peek()) >= 0)) {
            at++;
        }
        String word = text.substring(start, at);
        char next = at < text.length() ? peek() : ' ';
        if (next == '(' && !word.isEmpty()) {
            return sequence(')');
        }
        if ((next == '\'' || next == '"') && word.matches("(?i)[bru]{1,2}")) {
            return NODES.stringNode(string());
        }
        return switch (word) {
            case "None", "nan", "inf" -> NODES.nullNode();
            case "True" -> NODES.booleanNode(true);
            case "False" -> NODES.booleanNode(false);
            default -> number(word);
        };
    }

    private static JsonNode number(String word) {
        try {
            return word.matches("-?\\d{1,18}")
                    ? NODES.numberNode(Long.parseLong(word))
                    : NODES.numberNode(Double.parseDouble(word));
        } catch (NumberFormatException e) {
            throw new NoLiteral();
        }
    }

    private String string() {
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

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw new NoLiteral();
        }
        return text.charAt(at);
    }
}
