package io.mivaa.batch.commandline.screen;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody;
import io.mivaa.batch.commandline.client.ResponseBody.Hit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * A hit as it is printed: where it stands, and an excerpt around what was found. File names stand at the end of a line, so
 * that one from right to left turns nothing round but itself.
 *
 * @param columns of a line
 * @param coloured whether what was found may be set in bold
 */
public record Passage(Hit hit, int columns, boolean coloured) {

    private static final String INDENT = "    ";
    private static final int UNKNOWN_WIDTH = 80;
    private static final int LINES = 4;
    private static final int NARROWEST = 20;
    private static final int BEFORE_THE_FIRST = 80;
    private static final String BOLD = "\u001B[1m";
    private static final String PLAIN = "\u001B[0m";

    /** All hits, the best first, as wide as the standard output; or the sentence that there are none. */
    public static List<String> lines(List<Hit> hits, Shell shell) {
        if (hits.isEmpty()) {
            return List.of("Nothing was found.");
        }
        int columns = shell.outTerminal().isInteractive() ? shell.outTerminal().width() : UNKNOWN_WIDTH;
        var lines = new ArrayList<String>();
        for (int i = 0; i < hits.size(); i++) {
            lines.addAll(new Passage(hits.get(i), columns, shell.isColoured()).lines(i + 1));
        }
        return lines;
    }

    /** @param rank from 1 */
    List<String> lines(int rank) {
        int room = Math.max(NARROWEST, columns - INDENT.length() - 1);
        var lines = new ArrayList<String>();
        String head = String.format(Locale.ROOT, "%2d. %.3f  ", rank, hit.score());
        lines.add(
                head + Printable.fit(Printable.line(hit.filename()), Math.max(NARROWEST, columns - head.length() - 1)));
        String where = where();
        if (!where.isEmpty()) {
            lines.add(INDENT + Printable.fit(where, room));
        }
        lines.addAll(excerpt(room));
        lines.add("");
        return lines;
    }

    private String where() {
        var where = new StringBuilder();
        ResponseBody.Pages pages = hit.chunk().pages();
        if (pages != null) {
            where.append(pages.first() == pages.last() ? "page " : "pages ").append(pages.first());
            where.append(pages.first() == pages.last() ? "" : "-" + pages.last());
        }
        List<String> headings = hit.chunk().headings();
        if (headings != null && !headings.isEmpty()) {
            where.append(where.isEmpty() ? "" : ", ").append(Printable.line(String.join(" > ", headings)));
        }
        return where.toString();
    }

    private List<String> excerpt(int room) {
        var text = new StringBuilder();
        var found = new BitSet();
        copy(text, found);
        var lines = new ArrayList<String>();
        int start = start(text, found);
        while (start < text.length() && lines.size() < LINES) {
            int end = end(text, start, room);
            boolean cut = lines.size() == LINES - 1 && end < text.length();
            lines.add(INDENT + marked(text, found, start, end) + (cut ? " …" : ""));
            start = end;
            while (start < text.length() && text.charAt(start) == ' ') {
                start++;
            }
        }
        return lines;
    }

    /** Printable, with a bit for each unit that was found. */
    private void copy(StringBuilder text, BitSet found) {
        String raw = hit.chunk().text();
        for (int i = 0; i < raw.length(); ) {
            int c = raw.codePointAt(i);
            int before = text.length();
            Printable.append(text, c);
            if (isFound(i)) {
                found.set(before, text.length());
            }
            i += Character.charCount(c);
        }
    }

    private boolean isFound(int offset) {
        return hit.highlights() != null
                && hit.highlights().stream().anyMatch(mark -> mark.start() <= offset && offset < mark.end());
    }

    /** At a word somewhat before the first thing found. */
    private static int start(StringBuilder text, BitSet found) {
        int first = found.nextSetBit(0);
        if (first < 2 * BEFORE_THE_FIRST) {
            return 0;
        }
        int space = text.lastIndexOf(" ", first - BEFORE_THE_FIRST);
        return space < 0 ? 0 : space + 1;
    }

    /** The last end of a word at which it still fits. */
    private static int end(StringBuilder text, int start, int room) {
        int columns = 0;
        int space = -1;
        for (int i = start; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c == ' ') {
                space = i;
            }
            columns += Printable.columns(Character.toString(c));
            if (columns > room - 2) {
                return space > start ? space : Math.max(i, start + 1);
            }
            i += Character.charCount(c);
        }
        return text.length();
    }

    private String marked(StringBuilder text, BitSet found, int start, int end) {
        if (!coloured) {
            return text.substring(start, end);
        }
        var marked = new StringBuilder();
        for (int i = start; i < end; ) {
            int next = found.get(i) ? found.nextClearBit(i) : found.nextSetBit(i);
            int until = next < 0 ? end : Math.min(next, end);
            String part = text.substring(i, until);
            marked.append(found.get(i) ? BOLD + part + PLAIN : part);
            i = until;
        }
        return marked.toString();
    }
}
