package io.mivaa.batch.pipeline.parse.rtf;

import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** What holds until the end of a group of RTF; the properties of a paragraph count as they are at its end. */
final class RtfState {

    static final int NO_OUTLINE = 9;

    /** Where the text of a group goes. */
    enum Destination {
        TEXT,
        NOWHERE,
        FONTS,
        STYLES,
        INFO,
        VALUE,
        MARKER,
        SHAPE,
        NESTED_ROW
    }

    /** What happens when a group ends. */
    enum End {
        NOTHING,
        FIELD,
        NOTE,
        BOX
    }

    Destination destination = Destination.TEXT;
    End end = End.NOTHING;
    boolean begins = true;
    boolean optional;
    String value = "";

    @Nullable
    Charset charset;

    int font;
    int unicodeSubstitutes = 1;
    boolean hidden;
    boolean deleted;
    int style;
    int outline = NO_OUTLINE;
    int list;
    int level;
    int indent;
    int firstIndent;
    boolean inTable;

    RtfState inner() {
        RtfState inner = new RtfState();
        inner.destination = destination;
        inner.value = value;
        inner.charset = charset;
        inner.font = font;
        inner.unicodeSubstitutes = unicodeSubstitutes;
        inner.hidden = hidden;
        inner.deleted = deleted;
        inner.style = style;
        inner.outline = outline;
        inner.list = list;
        inner.level = level;
        inner.indent = indent;
        inner.firstIndent = firstIndent;
        inner.inTable = inTable;
        return inner;
    }

    void plainParagraph() {
        style = 0;
        outline = NO_OUTLINE;
        list = 0;
        level = 0;
        indent = 0;
        firstIndent = 0;
        inTable = false;
    }
}
