package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.office.Links;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Reads the text of paragraphs: without hidden text, with links, and with the marks of notes, which it collects. Not
 * thread-safe.
 */
final class OdfText {

    private final OdfStyles styles;
    private final Nested nested;
    private final List<String> notes = new ArrayList<>();

    /** Reads blocks within a paragraph: those of a note or a text box. */
    interface Nested {

        /** @return the text within the element that has just started */
        String text(XmlPart xml) throws IOException;
    }

    /**
     * A paragraph.
     *
     * @param pictures the descriptions of its pictures; empty for a picture without one
     * @param boxes the text of the boxes that are anchored to it
     */
    record Paragraph(String text, List<String> pictures, List<String> boxes) {}

    /** A paragraph that is being read. */
    private static final class Draft {
        private final StringBuilder text = new StringBuilder();
        private final List<String> pictures = new ArrayList<>();
        private final List<String> boxes = new ArrayList<>();
        private final Deque<Link> links = new ArrayDeque<>();
    }

    private record Link(int start, String address) {}

    OdfText(OdfStyles styles, Nested nested) {
        this.styles = styles;
        this.nested = nested;
    }

    /** The notes of the paragraphs read so far, in the order of their numbers. */
    List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    /** Reads the paragraph whose element has just started. */
    Paragraph read(XmlPart xml) throws IOException {
        Draft draft = new Draft();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.isText()) {
                draft.text.append(xml.text().replace('\n', ' '));
            } else if (xml.ends("a") && !draft.links.isEmpty()) {
                Link link = draft.links.pop();
                Links.mark(draft.text, link.start, link.address);
            } else if (xml.isStart()) {
                start(xml, draft);
            }
        }
        return new Paragraph(draft.text.toString(), draft.pictures, draft.boxes);
    }

    private void start(XmlPart xml, Draft draft) throws IOException {
        switch (xml.name()) {
            case "s" -> draft.text.append(' ');
            case "tab" -> draft.text.append('\t');
            case "line-break" -> draft.text.append('\n');
            case "a" -> draft.links.push(new Link(draft.text.length(), xml.attribute("href", "")));
            case "note" -> note(xml, draft.text);
            case "text-box" -> draft.boxes.add(nested.text(xml));
            case "frame" -> draft.pictures.add("");
            case "desc" -> draft.pictures.add(xml.textWithin());
            default -> {
                if (isSkipped(xml)) {
                    xml.skip();
                }
            }
        }
    }

    private boolean isSkipped(XmlPart xml) {
        return switch (xml.name()) {
            case "title" -> true;
            case "span" -> styles.isHidden(xml.attribute("style-name", ""));
            default -> OdfStyles.isLeftOut(xml.name());
        };
    }

    private void note(XmlPart xml, StringBuilder text) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("note-citation")) {
                xml.skip();
            } else if (xml.starts("note-body")) {
                notes.add(nested.text(xml).strip());
                text.append('[').append(notes.size()).append(']');
            }
        }
    }
}
