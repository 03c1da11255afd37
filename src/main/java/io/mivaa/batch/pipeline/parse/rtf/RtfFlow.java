package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.WordNames;
import io.mivaa.batch.pipeline.parse.page.Grid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes headings, lists, tables and paragraphs of the paragraphs and cells of an RTF file: headings by style or outline
 * level, items by the text of their markers. Not thread-safe.
 */
final class RtfFlow {

    private static final int MOST_STYLES = 10_000;

    /** Items of lists whose writer knew no lists. */
    private static final Pattern TYPED = Pattern.compile("^\\s*(?:([•·◦▪‣–—-])|(\\d{1,4}[.)]))\\t\\s*");

    private static final Style PLAIN = new Style("", RtfState.NO_OUTLINE);

    private final OfficeFlow flow;
    private final Grid.Budget budget;
    private final RtfRows rows = new RtfRows();
    private final Map<Integer, Style> styles = new HashMap<>();
    private final Deque<Integer> indents = new ArrayDeque<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> boxes = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private int figures;

    private record Style(String name, int outline) {}

    RtfFlow(OfficeFlow flow, Grid.Budget budget) {
        this.flow = flow;
        this.budget = budget;
    }

    /** Of a style of paragraphs; the first of a number counts. */
    void style(int number, String name, int outline) {
        if (!name.isEmpty() && styles.size() < MOST_STYLES) {
            styles.putIfAbsent(number, new Style(name, outline));
        }
    }

    /** Takes a word that belongs to neither a character nor a paragraph: perhaps one of a table's row. */
    void word(RtfTokens rtf) {
        rows.read(rtf);
    }

    /** @return what stands for the note in the text */
    String note(String text) {
        notes.add(text);
        return "[" + notes.size() + "]";
    }

    /** What stands in a box beside the text follows the paragraph that it is anchored to. */
    void box(String text) {
        boxes.add(text);
    }

    void figure() {
        figures++;
    }

    /**
     * @param marker of an item of a list, null for what is none
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

    /** Whether there are words of a cell that has not ended. */
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
        int outline = state.outline == RtfState.NO_OUTLINE ? style.outline : state.outline;
        int level = outline == RtfState.NO_OUTLINE ? WordNames.headingLevel(style.name) : outline + 1;
        Matcher typed = TYPED.matcher(words);
        boolean item = marker == null && level == 0 && state.firstIndent < 0 && typed.find();
        if (marker == null && !item) {
            indents.clear();
        }
        if (level > 0) {
            flow.heading(level, marker == null || marker.equals("-") ? words : marker + " " + words);
        } else if (marker != null) {
            flow.item(state.list > 0 ? state.level : 0, marker, words);
        } else if (item) {
            String number = typed.group(2);
            flow.item(depth(state.indent), number == null ? "-" : number, words.substring(typed.end()));
        } else if (WordNames.isCaption(style.name)) {
            flow.caption(words);
        } else if (WordNames.isCode(style.name)) {
            flow.code(words);
        } else {
            flow.paragraph(words);
        }
    }

    /** Of an item that only its indentation puts below another one. */
    private int depth(int indent) {
        while (!indents.isEmpty() && indents.peek() > indent) {
            indents.pop();
        }
        if (indents.isEmpty() || indents.peek() < indent) {
            indents.push(indent);
        }
        return indents.size() - 1;
    }
}
