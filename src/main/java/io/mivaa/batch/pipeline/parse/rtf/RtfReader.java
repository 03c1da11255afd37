package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
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

/**
 * Reads the groups and control words of a Rich Text Format file, and decodes its text. {@link RtfGroup} decides where
 * the text of a group goes, {@link RtfText} gathers it. Not thread-safe.
 */
final class RtfReader {

    private static final int DEEPEST = 1000;
    private static final Set<String> DATE_WORDS = Set.of("yr", "mo", "dy", "hr", "min");

    private final RtfTokens rtf;
    private final MarkdownWriter writer;
    private final RtfFlow flow;
    private final RtfText text;
    private final RtfGroup groups;
    private final RtfInfo info = new RtfInfo();
    private final RtfFonts fonts = new RtfFonts();
    private final RtfProperties properties = new RtfProperties(fonts);
    private final Deque<RtfState> states = new ArrayDeque<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private RtfState state = new RtfState();

    /** How many of the following characters only repeat a Unicode character for older readers. */
    private int substitutes;

    RtfReader(RtfTokens rtf, ParseLimits limits, ContainerSettings settings) {
        this.rtf = rtf;
        this.writer = new MarkdownWriter(limits);
        this.flow = new RtfFlow(new OfficeFlow(writer), new Grid.Budget(settings.maxCells()));
        this.text = new RtfText(flow, limits);
        this.groups = new RtfGroup(text, flow);
    }

    ParsedDocument read() throws IOException {
        if (rtf.next() != RtfTokens.Token.OPEN
                || rtf.next() != RtfTokens.Token.WORD
                || !rtf.word().equals("rtf")) {
            throw new IOException("not an RTF file");
        }
        states.push(new RtfState());
        state.begins = false;
        boolean more = true;
        while (more) {
            RtfTokens.Token token = rtf.next();
            take(token);
            more = token != RtfTokens.Token.END && !states.isEmpty();
        }
        text.finish(state);
        flow.end();
        return writer.finish(info.metadata(), null, List.of());
    }

    private void take(RtfTokens.Token token) throws IOException {
        if (token != RtfTokens.Token.TEXT) {
            decode();
        }
        switch (token) {
            case OPEN -> open();
            case CLOSE -> close();
            case WORD -> word();
            case TEXT -> text();
            default -> {}
        }
    }

    private void open() throws IOException {
        if (states.size() >= DEEPEST) {
            throw new IOException("nested too deeply");
        }
        substitutes = 0;
        states.push(state);
        state = state.inner();
        if (state.destination == RtfState.Destination.STYLES) {
            text.clearName();
        }
    }

    private void close() {
        substitutes = 0;
        RtfState ended = state;
        state = states.pop();
        if (ended.destination == RtfState.Destination.STYLES) {
            String style = CleanText.line(text.takeName()).split(";", 2)[0];
            flow.style(ended.style, style, ended.outline);
        } else if (ended.destination == RtfState.Destination.VALUE && state.destination != RtfState.Destination.VALUE) {
            info.add(ended.value, text.takeName());
        }
        switch (ended.end) {
            case FIELD -> text.closeField();
            case NOTE, BOX -> text.endAside(ended.end);
            default -> {}
        }
    }

    private void word() {
        if (rtf.word().equals("*")) {
            state.optional = true;
        } else if (substitutes > 0) {
            substitutes--;
        } else {
            boolean begins = state.begins;
            state.begins = false;
            boolean ignored = state.destination == RtfState.Destination.NOWHERE;
            if (!ignored && !(begins && groups.begin(rtf.word(), state))) {
                wordWithin();
            }
        }
    }

    private void wordWithin() {
        switch (state.destination) {
            case FONTS -> font();
            case VALUE -> date();
            case NESTED_ROW -> {
                if (rtf.word().equals("nestrow")) {
                    text.endNestedRow();
                }
            }
            default -> {
                if (!character() && !end() && !properties.read(rtf, state)) {
                    flow.word(rtf);
                }
            }
        }
    }

    private void font() {
        switch (rtf.word()) {
            case "f" -> state.font = rtf.number(0);
            case "fcharset" -> fonts.charset(state.font, rtf.number(0));
            case "cpg" -> fonts.codePage(state.font, rtf.number(0));
            default -> {}
        }
    }

    private void date() {
        if (DATE_WORDS.contains(rtf.word())) {
            text.appendName(String.format(Locale.ROOT, rtf.word().equals("yr") ? "%04d" : "%02d", rtf.number(0)));
        } else {
            character();
        }
    }

    /** @return false when the word does not stand for a character */
    private boolean character() {
        if (rtf.word().equals("u")) {
            text.append(String.valueOf((char) rtf.number(0)), state);
            substitutes = state.unicodeSubstitutes;
            return true;
        }
        String characters = RtfCharacters.of(rtf.word());
        if (characters != null) {
            text.append(characters, state);
        }
        return characters != null;
    }

    /** @return false when the word does not end a paragraph, a cell or a row */
    private boolean end() {
        switch (rtf.word()) {
            case "par", "sect" -> text.endParagraph(state);
            case "cell" -> text.endCell(state);
            case "row" -> text.endRow(state);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void text() {
        state.begins = false;
        if (substitutes > 0) {
            substitutes--;
        } else if (state.destination != RtfState.Destination.NOWHERE) {
            bytes.write(rtf.text());
        }
    }

    /** Decodes the bytes gathered so far: a character of several bytes comes byte by byte. */
    private void decode() {
        if (bytes.size() > 0) {
            Charset charset = state.charset;
            text.append(bytes.toString(charset == null ? fonts.defaultCharset() : charset), state);
            bytes.reset();
        }
    }
}
