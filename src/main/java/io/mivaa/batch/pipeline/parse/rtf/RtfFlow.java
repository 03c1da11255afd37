package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.WordNames;
import io.mivaa.batch.pipeline.parse.page.Grid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the paragraphs and cells of an RTF file into headings, lists, tables and paragraphs. A style or an outline level
 * makes a heading, the text of a marker makes a list item. Not thread-safe.
 */
final class RtfFlow {

    private static final int MOST_STYLES = 10_000;

    private static final Style PLAIN = new Style("", RtfState.NO_OUTLINE);

    private final OfficeFlow flow;
    private final Grid.Budget budget;
    private final RtfRows rows = new RtfRows();
    private final Map<Integer, Style> styles = new HashMap<>();
    private final TypedItems typed = new TypedItems();
    private final List<String> notes = new ArrayList<>();
    private final List<String> boxes = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private int figures;

    private record Style(String name, int outline) {}

    RtfFlow(OfficeFlow flow, Grid.Budget budget) {
        this.flow = flow;
        this.budget = budget;
    }

    /** Defines a paragraph style. The first definition of a number counts. */
    void style(int number, String name, int outline) {
        if (!name.isEmpty() && styles.size() < MOST_STYLES) {
            styles.putIfAbsent(number, new Style(name, outline));
        }
    }

    /** Takes a word that is not a property of characters or paragraphs: it may define a table row. */
    void word(RtfTokens rtf) {
        rows.read(rtf);
    }

    /** @return the mark of the note in the text */
    String note(String text) {
        notes.add(text);
        return "[" + notes.size() + "]";
    }

    /** Takes the text of a box, which is written after the paragraph that the box is anchored to. */
    void box(String text) {
        boxes.add(text);
    }

    void figure() {
        figures++;
    }

    /**
     * Writes a paragraph, or adds it to the open cell of a table.
     *
     * @param marker of a list item, else null
     * @param state the properties of the paragraph
     */
    void paragraph(String words, @Nullable String marker, RtfState state) {
        if (state.inTable || rows.isRowOpen()) {
            cell.append(marked(words, marker)).append('\n');
            return;
        }
        endTable();
        if (!words.isBlank()) {
            write(words, marker, state);
        }
        for (; figures > 0; figures--) {
            flow.figure("");
        }
        boxes.forEach(flow::paragraph);
        boxes.clear();
    }

    void cell(String words, @Nullable String marker) {
        cell.append(marked(words, marker));
        boxes.forEach(box -> cell.append('\n').append(box));
        boxes.clear();
        rows.cell(cell.toString());
        cell.setLength(0);
    }

    /** Whether an unfinished cell has text. */
    boolean isCellOpen() {
        return !cell.toString().isBlank();
    }

    void endRow() {
        rows.endRow();
    }

    void end() {
        endTable();
        for (int i = 0; i < notes.size(); i++) {
            flow.paragraph("[" + (i + 1) + "] " + notes.get(i).strip());
        }
        flow.end();
    }

    private void endTable() {
        if (!rows.isEmpty()) {
            flow.table(rows.take(budget));
        }
    }

    private static String marked(String words, @Nullable String marker) {
        return marker == null || words.isBlank() ? words : marker + " " + words;
    }

    private void write(String words, @Nullable String marker, RtfState state) {
        Style style = styles.getOrDefault(state.style, PLAIN);
        if (WordNames.isContents(style.name)) {
            return;
        }
        int level = headingLevel(style, state);
        boolean hanging = marker == null && level == 0 && state.firstIndent < 0;
        TypedItems.Item item = hanging ? typed.find(words, state.indent) : null;
        if (marker == null && item == null) {
            typed.end();
        }
        if (level > 0) {
            flow.heading(level, marker == null || marker.equals("-") ? words : marker + " " + words);
        } else if (marker != null) {
            flow.item(state.list > 0 ? state.level : 0, marker, words);
        } else if (item != null) {
            flow.item(item.level(), item.marker(), item.text());
        } else {
            writeText(words, style);
        }
    }

    private static int headingLevel(Style style, RtfState state) {
        int outline = state.outline == RtfState.NO_OUTLINE ? style.outline : state.outline;
        return outline == RtfState.NO_OUTLINE ? WordNames.headingLevel(style.name) : outline + 1;
    }

    private void writeText(String words, Style style) {
        if (WordNames.isCaption(style.name)) {
            flow.caption(words);
        } else if (WordNames.isCode(style.name)) {
            flow.code(words);
        } else {
            flow.paragraph(words);
        }
    }
}
