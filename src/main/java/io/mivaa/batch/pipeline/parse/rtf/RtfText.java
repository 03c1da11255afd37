package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.parse.office.WordField;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the text of the current paragraph or cell, and passes it to {@link RtfFlow} when it ends. A note or a text box
 * in a paragraph is an aside: its text is gathered separately, and the paragraph continues after it. Also gathers the
 * marker of a list item, and names: those of styles and the values of the document's metadata. Not thread-safe.
 */
final class RtfText {

    private final RtfFlow flow;
    private final ParseLimits limits;
    private final WordField fields = new WordField();
    private final Deque<StringBuilder> around = new ArrayDeque<>();
    private final StringBuilder name = new StringBuilder();
    private StringBuilder text = new StringBuilder();
    private @Nullable String marker;
    private boolean marksItems;
    private long characters;

    RtfText(RtfFlow flow, ParseLimits limits) {
        this.flow = flow;
        this.limits = limits;
    }

    /**
     * Appends characters where the state says.
     *
     * @throws io.mivaa.batch.pipeline.Rejected when the document has too much text
     */
    void append(String words, RtfState state) {
        characters += words.length();
        if (characters > 2L * limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        switch (state.destination) {
            case TEXT -> words.chars().forEach(c -> append((char) c, state));
            case STYLES, VALUE -> name.append(words);
            case MARKER -> marker = (marker == null ? "" : marker) + words;
            default -> {}
        }
    }

    private void append(char c, RtfState state) {
        if (!fields.takes(c) && !state.hidden && !state.deleted) {
            text.append(c);
        }
    }

    void appendName(String words) {
        name.append(words);
    }

    void clearName() {
        name.setLength(0);
    }

    /** Returns the name gathered so far, and clears it. */
    String takeName() {
        String taken = name.toString();
        clearName();
        return taken;
    }

    void beginMarker() {
        marker = "";
        marksItems = true;
    }

    void openField() {
        fields.open(text.length());
    }

    /** The result of the innermost open field begins. */
    void beginResult() {
        fields.result();
    }

    void closeField() {
        fields.close(text);
    }

    boolean isAside() {
        return !around.isEmpty();
    }

    void beginAside(RtfState.End end, RtfState state) {
        state.end = end;
        state.plainParagraph();
        around.push(text);
        text = new StringBuilder();
    }

    void endAside(RtfState.End end) {
        String aside = text.toString();
        text = around.pop();
        if (end == RtfState.End.NOTE) {
            text.append(flow.note(aside));
        } else {
            flow.box(aside);
        }
    }

    void endNestedRow() {
        text.append('\n');
    }

    void endParagraph(RtfState state) {
        if (isAside()) {
            text.append('\n');
            return;
        }
        flow.paragraph(text.toString(), shownMarker(state), state);
        begin();
    }

    void endCell(RtfState state) {
        if (isAside()) {
            text.append('\t');
            return;
        }
        flow.cell(text.toString(), shownMarker(state));
        begin();
    }

    void endRow(RtfState state) {
        if (!isAside()) {
            if (!text.toString().isBlank() || flow.isCellOpen()) {
                endCell(state);
            }
            flow.endRow();
        }
    }

    /** Ends what is still open at the end of the file. */
    void finish(RtfState state) {
        while (isAside()) {
            endAside(RtfState.End.BOX);
        }
        endParagraph(state);
        if (flow.isCellOpen()) {
            endCell(state);
        }
    }

    private void begin() {
        text.setLength(0);
        marker = null;
        fields.nextParagraph();
    }

    /** The text that a writer provides for readers without list support; null when the paragraph is not an item. */
    private @Nullable String shownMarker(RtfState state) {
        if (marker == null) {
            return state.list > 0 && !marksItems ? "-" : null;
        }
        String sign = CleanText.line(marker);
        return sign.equals("o") || sign.chars().noneMatch(Character::isLetterOrDigit) ? "-" : sign;
    }
}
