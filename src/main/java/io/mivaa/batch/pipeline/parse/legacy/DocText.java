package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.parse.office.WordField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.hwpf.usermodel.CharacterRun;
import org.apache.poi.hwpf.usermodel.Notes;
import org.apache.poi.hwpf.usermodel.Paragraph;
import org.apache.poi.hwpf.usermodel.Range;
import org.jspecify.annotations.Nullable;

/**
 * The text of the paragraphs of a Word document, without hidden and deleted text. Collects the notes that the text
 * refers to. Not thread-safe.
 */
final class DocText {

    private final HWPFDocument document;
    private final WordField fields = new WordField();
    private final List<Range> notes = new ArrayList<>();

    DocText(HWPFDocument document) {
        this.document = document;
    }

    /** The notes that the paragraphs read so far refer to, in the order of their numbers. */
    List<Range> notes() {
        return Collections.unmodifiableList(notes);
    }

    /** @param figures receives an entry for each picture in the paragraph */
    String of(Paragraph paragraph, List<String> figures) {
        StringBuilder text = new StringBuilder();
        fields.nextParagraph();
        for (int i = 0; i < paragraph.numCharacterRuns(); i++) {
            CharacterRun run = paragraph.getCharacterRun(i);
            boolean hidden = run.isVanished() || run.isMarkedDeleted();
            String characters = run.isSymbol() ? String.valueOf(run.getSymbolCharacter()) : run.text();
            for (int at = 0; at < characters.length(); at++) {
                append(text, characters.charAt(at), hidden, run.getStartOffset() + at, figures);
            }
        }
        return text.toString();
    }

    /** The meaning of the control characters: [MS-DOC] 2.8.26 and 2.4.1. */
    private void append(StringBuilder text, char c, boolean hidden, int offset, List<String> figures) {
        switch (c) {
            case 0x13 -> fields.open(text.length());
            case 0x14 -> fields.result();
            case 0x15 -> fields.close(text);
            default -> {
                if (!fields.takes(c) && !hidden) {
                    show(text, c, offset, figures);
                }
            }
        }
    }

    /** Appends a character that does not delimit a field. */
    private void show(StringBuilder text, char c, int offset, List<String> figures) {
        switch (c) {
            case 0x01, 0x08 -> figures.add("");
            case 0x02 -> text.append(noteMark(offset));
            case 0x07 -> text.append(' ');
            case 0x0B, 0x0C, 0x0E -> text.append('\n');
            case 0x1E -> text.append('-');
            default -> text.append(c);
        }
    }

    /** Empty when there is no note at that place. */
    private String noteMark(int offset) {
        Range note = note(document.getFootnotes(), document.getFootnoteRange(), offset);
        if (note == null) {
            note = note(document.getEndnotes(), document.getEndnoteRange(), offset);
        }
        if (note == null) {
            return "";
        }
        notes.add(note);
        return "[" + notes.size() + "]";
    }

    private @Nullable Range note(@Nullable Notes all, @Nullable Range range, int offset) {
        int index = all == null || range == null ? -1 : all.getNoteIndexByAnchorPosition(offset);
        if (all == null || range == null || index < 0) {
            return null;
        }
        int start = range.getStartOffset();
        return new Range(start + all.getNoteTextStartOffset(index), start + all.getNoteTextEndOffset(index), document);
    }
}
