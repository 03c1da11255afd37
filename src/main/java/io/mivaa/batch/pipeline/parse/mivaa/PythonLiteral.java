package io.mivaa.batch.pipeline.parse.mivaa;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads lists and dictionaries as Python prints them: the first extractor wrote its result in this form into a JSON
 * string. A call such as {@code Rect(0, 0, 1, 1)} counts as a list. Not thread-safe.
 */
final class PythonLiteral {

    private static final int DEEPEST = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final PythonText text;
    private int depth;

    private PythonLiteral(PythonText text) {
        this.text = text;
    }

    /** @return null when the text is not a list or dictionary of Python */
    static @Nullable JsonNode parse(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("[") && !stripped.startsWith("{")) {
            return null;
        }
        PythonText python = new PythonText(stripped);
        try {
            JsonNode value = new PythonLiteral(python).value();
            python.skipBlanks();
            return python.isEnd() ? value : null;
        } catch (PythonText.NoLiteral e) {
            return null;
        }
    }

    private JsonNode value() {
        text.skipBlanks();
        if (++depth > DEEPEST) {
            throw new PythonText.NoLiteral();
        }
        char c = text.peek();
        JsonNode value =
                switch (c) {
                    case '{' -> dictionary();
                    case '[' -> sequence(']');
                    case '(' -> sequence(')');
                    case '\'', '"' -> NODES.stringNode(text.string());
                    default -> word();
                };
        depth--;
        return value;
    }

    private ObjectNode dictionary() {
        ObjectNode node = NODES.objectNode();
        text.skip();
        for (text.skipBlanks(); text.peek() != '}'; text.skipBlanks()) {
            JsonNode key = value();
            text.expect(':');
            node.set(key.asString(), value());
            text.expectCommaOr('}');
        }
        text.skip();
        return node;
    }

    private ArrayNode sequence(char end) {
        ArrayNode node = NODES.arrayNode();
        text.skip();
        for (text.skipBlanks(); text.peek() != end; text.skipBlanks()) {
            node.add(value());
            text.expectCommaOr(end);
        }
        text.skip();
        return node;
    }

    private JsonNode word() {
        String word = text.word();
        char next = text.isEnd() ? ' ' : text.peek();
        if (next == '(' && !word.isEmpty()) {
            return sequence(')');
        }
        if ((next == '\'' || next == '"') && word.matches("(?i)[bru]{1,2}")) {
            return NODES.stringNode(text.string());
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
            throw new PythonText.NoLiteral();
        }
    }
}
