package io.mivaa.batch.pipeline.parse.rtf;

import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * The state of an RTF group, which ends with the group. A paragraph has the properties that are set at its end. Not
 * thread-safe.
 */
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
    /** Whether nothing of the group has been read yet. */
    boolean begins = true;

    /** Whether the group begins with {@code \*}: readers that do not know it ignore it. */
    boolean optional;

    /** The name of the metadata that the group holds. */
    String value = "";

    @Nullable
    Charset charset;

    int font;

    /** How many characters follow a Unicode character for readers that do not know Unicode. */
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

    /** Resets the properties of characters. */
    void plainCharacters(Charset usual) {
        charset = usual;
        hidden = false;
        deleted = false;
    }

    /** Resets the properties of a paragraph. */
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
