package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.WordField;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the groups and control words of Rich Text Format: what is text of the document, in which characters, and where
 * a paragraph, a cell or a note ends. {@link RtfFlow} says what becomes of them.
 */
final class RtfReader {

    private static final int DEEPEST = 1000;

    /** Groups that are not the document's text, without the sign that says so. */
    private static final Pattern LEFT_OUT = Pattern.compile("colortbl|header[lrf]?|footer[lrf]?|a?ftnsepc?|nonshppict"
            + "|nonesttables|shprslt|mmathPict|[rt]?xe|tcn?|template|filetbl|listtable|listoverridetable");

    /** Groups that older readers are told to pass over and in which text of the document may stand. */
    private static final Set<String> LOOKED_INTO =
            Set.of("shppict", "shpinst", "do", "moMath", "moMathPara", "nesttableprops", "fldinst", "footnote");

    private final RtfTokens rtf;
    private final ParseLimits limits;
    private final MarkdownWriter writer;
    private final RtfFlow flow;
    private final RtfInfo info = new RtfInfo();
    private final RtfFonts fonts = new RtfFonts();
    private final WordField fields = new WordField();
    private final Deque<RtfState> states = new ArrayDeque<>();
    private final Deque<StringBuilder> around = new ArrayDeque<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringBuilder name = new StringBuilder();
    private StringBuilder text = new StringBuilder();
    private RtfState state = new RtfState();
    private @Nullable String marker;
    private boolean marksItems;
    private int passOver;
    private long characters;

    RtfReader(RtfTokens rtf, ParseLimits limits, ContainerSettings settings) {
        this.rtf = rtf;
        this.limits = limits;
        this.writer = new MarkdownWriter(limits);
        this.flow = new RtfFlow(new OfficeFlow(writer), new Grid.Budget(settings.maxCells()));
    }

    ParsedDocument read() throws IOException {
        if (rtf.next() != RtfTokens.Token.OPEN
                || rtf.next() != RtfTokens.Token.WORD
                || !rtf.word().equals("rtf")) {
            throw new IOException("no RTF");
        }
        states.push(new RtfState());
        state.begins = false;
        boolean more = true;
        while (more) {
            RtfTokens.Token token = rtf.next();
            if (token != RtfTokens.Token.TEXT) {
                endBytes();
            }
            switch (token) {
                case OPEN -> open();
                case CLOSE -> close();
                case WORD -> word();
                case TEXT -> text();
                default -> {}
            }
            more = token != RtfTokens.Token.END && !states.isEmpty();
        }
        return finish();
    }

    private ParsedDocument finish() {
        while (!around.isEmpty()) {
            endAside(RtfState.End.BOX);
        }
        endParagraph();
        if (flow.isCellOpen()) {
            endCell();
        }
        flow.end();
        return writer.finish(info.metadata(), null, List.of());
    }

    private void open() throws IOException {
        if (states.size() >= DEEPEST) {
            throw new IOException("nested too deeply");
        }
        passOver = 0;
        states.push(state);
        state = state.inner();
        name.setLength(state.destination == RtfState.Destination.STYLES ? 0 : name.length());
    }

    private void close() {
        passOver = 0;
        RtfState ended = state;
        state = states.pop();
        switch (ended.destination) {
            case STYLES -> {
                String style = CleanText.line(name.toString()).replaceFirst(";.*$", "");
                flow.style(ended.style, style, ended.outline);
                name.setLength(0);
            }
            case VALUE -> {
                if (state.destination != RtfState.Destination.VALUE) {
                    info.add(ended.value, name.toString());
                    name.setLength(0);
                }
            }
            default -> {}
        }
        switch (ended.end) {
            case FIELD -> fields.close(text);
            case NOTE, BOX -> endAside(ended.end);
            default -> {}
        }
    }

    /** What stands beside the text, a note or a box, is read for itself before the paragraph goes on. */
    private void beginAside(RtfState.End end) {
        state.end = end;
        state.plainParagraph();
        around.push(text);
        text = new StringBuilder();
    }

    private void endAside(RtfState.End end) {
        String aside = text.toString();
        text = around.pop();
        if (end == RtfState.End.NOTE) {
            text.append(flow.note(aside));
        } else {
            flow.box(aside);
        }
    }

    private void word() {
        if (passOver > 0 && !rtf.word().equals("*")) {
            passOver--;
            return;
        }
        boolean begins = state.begins;
        if (rtf.word().equals("*")) {
            state.optional = true;
            return;
        }
        state.begins = false;
        if (state.destination == RtfState.Destination.NOWHERE) {
            return;
        }
        if (begins && destination(rtf.word())) {
            return;
        }
        switch (state.destination) {
            case FONTS -> font();
            case VALUE -> date();
            case NESTED_ROW -> {
                if (rtf.word().equals("nestrow")) {
                    text.append('\n');
                }
            }
            default -> {
                if (!character() && !properties()) {
                    flow.word(rtf);
                }
            }
        }
    }

    /** Of a group that has just begun; whether its first word is its kind. */
    private boolean destination(String word) {
        boolean optional = state.optional;
        if (LEFT_OUT.matcher(word).matches() || (optional && !LOOKED_INTO.contains(word))) {
            state.destination = RtfState.Destination.NOWHERE;
            return true;
        }
        switch (word) {
            case "fonttbl" -> state.destination = RtfState.Destination.FONTS;
            case "stylesheet" -> state.destination = RtfState.Destination.STYLES;
            case "info" -> state.destination = RtfState.Destination.INFO;
            case "listtext", "pntext" -> {
                state.destination = RtfState.Destination.MARKER;
                marker = "";
                marksItems = true;
            }
            case "nesttableprops" -> state.destination = RtfState.Destination.NESTED_ROW;
            case "shpinst", "do" -> state.destination = RtfState.Destination.SHAPE;
            case "shptxt", "dptxbxtext" -> {
                state.destination = RtfState.Destination.TEXT;
                beginAside(RtfState.End.BOX);
            }
            case "footnote" -> {
                if (around.isEmpty()) {
                    beginAside(RtfState.End.NOTE);
                } else {
                    state.destination = RtfState.Destination.NOWHERE;
                }
            }
            case "field" -> {
                fields.open(text.length());
                state.end = RtfState.End.FIELD;
            }
            case "fldrslt" -> fields.result();
            case "fldinst", "shppict", "moMath", "moMathPara" -> {}
            case "pict" -> {
                state.destination = RtfState.Destination.NOWHERE;
                flow.figure();
            }
            default -> {
                return value(word);
            }
        }
        return true;
    }

    private boolean value(String word) {
        if (state.destination == RtfState.Destination.INFO) {
            state.destination = RtfState.Destination.VALUE;
            state.value = word;
            name.setLength(0);
            return true;
        }
        return false;
    }

    private void font() {
        switch (rtf.word()) {
            case "f" -> state.font = rtf.number(0);
            case "fcharset" -> fonts.hasCharset(state.font, rtf.number(0));
            case "cpg" -> fonts.hasCodePage(state.font, rtf.number(0));
            default -> {}
        }
    }

    private void date() {
        if (Set.of("yr", "mo", "dy", "hr", "min").contains(rtf.word())) {
            name.append(String.format(Locale.ROOT, rtf.word().equals("yr") ? "%04d" : "%02d", rtf.number(0)));
        } else {
            character();
        }
    }

    /** Whether the word stands for a character. */
    private boolean character() {
        switch (rtf.word()) {
            case "u" -> {
                append(String.valueOf((char) rtf.number(0)));
                passOver = state.unicodeSubstitutes;
            }
            case "tab", "nestcell" -> append("\t");
            case "line", "lbr", "softline", "page", "column" -> append("\n");
            case "~", "emspace", "enspace", "qmspace" -> append(" ");
            case "_" -> append("-");
            case "emdash" -> append("—");
            case "endash" -> append("–");
            case "bullet" -> append("•");
            case "lquote" -> append("‘");
            case "rquote" -> append("’");
            case "ldblquote" -> append("“");
            case "rdblquote" -> append("”");
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean properties() {
        switch (rtf.word()) {
            case "par", "sect" -> endParagraph();
            case "cell" -> endCell();
            case "row" -> endRow();
            case "pard" -> state.plainParagraph();
            case "plain" -> {
                state.charset = fonts.usual();
                state.hidden = false;
                state.deleted = false;
            }
            case "s" -> state.style = rtf.number(0);
            case "outlinelevel" -> state.outline = Math.max(0, Math.min(rtf.number(0), RtfState.NO_OUTLINE));
            case "ls" -> state.list = rtf.number(0);
            case "ilvl" -> state.level = rtf.number(0);
            case "li" -> state.indent = rtf.number(0);
            case "fi" -> state.firstIndent = rtf.number(0);
            case "intbl" -> state.inTable = rtf.isOn();
            case "itap" -> state.inTable = rtf.number(0) > 0;
            case "v" -> state.hidden = rtf.isOn();
            case "deleted" -> state.deleted = rtf.isOn();
            case "uc" -> state.unicodeSubstitutes = Math.max(0, rtf.number(1));
            case "f" -> state.charset = fonts.of(rtf.number(0));
            case "ansicpg" -> fonts.documentHasCodePage(rtf.number(0));
            case "mac" -> fonts.documentIs("x-MacRoman");
            case "pc" -> fonts.documentIs("Cp437");
            case "pca" -> fonts.documentIs("Cp850");
            case "deff" -> fonts.usual(rtf.number(0));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void text() {
        state.begins = false;
        if (passOver > 0) {
            passOver--;
        } else if (state.destination != RtfState.Destination.NOWHERE) {
            bytes.write(rtf.text());
        }
    }

    /** Characters of several bytes come byte by byte. */
    private void endBytes() {
        if (bytes.size() > 0) {
            Charset charset = state.charset;
            append(bytes.toString(charset == null ? fonts.usual() : charset));
            bytes.reset();
        }
    }

    private void append(String words) {
        characters += words.length();
        if (characters > 2L * limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        switch (state.destination) {
            case TEXT -> {
                for (int i = 0; i < words.length(); i++) {
                    char c = words.charAt(i);
                    if (!fields.takes(c) && !state.hidden && !state.deleted) {
                        text.append(c);
                    }
                }
            }
            case STYLES, VALUE -> name.append(words);
            case MARKER -> marker = (marker == null ? "" : marker) + words;
            default -> {}
        }
    }

    private void endParagraph() {
        if (!around.isEmpty()) {
            text.append('\n');
            return;
        }
        flow.paragraph(text.toString(), marker(), state);
        begin();
    }

    private void endCell() {
        if (!around.isEmpty()) {
            text.append('\t');
            return;
        }
        flow.cell(text.toString(), marker());
        begin();
    }

    private void endRow() {
        if (around.isEmpty()) {
            if (!text.toString().isBlank() || flow.isCellOpen()) {
                endCell();
            }
            flow.endRow();
        }
    }

    private void begin() {
        text.setLength(0);
        marker = null;
        fields.nextParagraph();
    }

    /** Readers that know no lists are told what to write before an item; null when there is nothing. */
    private @Nullable String marker() {
        if (marker == null) {
            return state.list > 0 && !marksItems ? "-" : null;
        }
        String sign = CleanText.line(marker);
        return sign.equals("o") || sign.chars().noneMatch(Character::isLetterOrDigit) ? "-" : sign;
    }
}
