package io.mivaa.batch.pipeline.parse.office;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The open fields of a Word document. A field has an instruction and a result. Not thread-safe. */
public final class WordField {

    private static final int LONGEST_INSTRUCTION = 2000;
    private static final int DEEPEST = 100;

    private static final Pattern CONTENTS = Pattern.compile("\\s*(?:TOC|INDEX|TOA)\\b.*", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\s*HYPERLINK\\s+\"([^\"]+)\".*", Pattern.DOTALL);

    private final Deque<Open> fields = new ArrayDeque<>();

    private static final class Open {
        private final StringBuilder instruction = new StringBuilder();
        private int start;
        private boolean result;

        Open(int start) {
            this.start = start;
        }
    }

    /**
     * Opens a field.
     *
     * @param at the position of its result in the text of the paragraph
     */
    public void open(int at) {
        if (fields.size() >= DEEPEST) {
            throw new IllegalStateException("fields nested too deeply");
        }
        fields.push(new Open(at));
    }

    /** The result of the innermost field begins. */
    public void result() {
        if (!fields.isEmpty()) {
            fields.peek().result = true;
        }
    }

    /** Closes the innermost field, and turns its result into a link if the field is one. */
    public void close(StringBuilder text) {
        if (!fields.isEmpty()) {
            Open field = fields.pop();
            Links.mark(text, field.start, address(field));
        }
    }

    private static @Nullable String address(Open field) {
        Matcher link = LINK.matcher(field.instruction);
        return link.matches() ? link.group(1) : null;
    }

    /** A paragraph begins. The results of open fields continue in it. */
    public void nextParagraph() {
        fields.forEach(field -> field.start = 0);
    }

    /**
     * Takes the next character, if it is not part of the text.
     *
     * @return true when it is part of an instruction, or of a table of contents, which only repeats headings
     */
    public boolean takes(char c) {
        Open field = fields.peek();
        if (field == null) {
            return false;
        }
        if (!field.result) {
            if (field.instruction.length() < LONGEST_INSTRUCTION) {
                field.instruction.append(c);
            }
            return true;
        }
        return fields.stream()
                .anyMatch(each -> CONTENTS.matcher(each.instruction).matches());
    }
}
