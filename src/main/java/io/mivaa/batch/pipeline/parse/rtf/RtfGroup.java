package io.mivaa.batch.pipeline.parse.rtf;

import java.util.Set;
import java.util.regex.Pattern;

/** Decides by the first control word of a group where its text goes. Not thread-safe. */
final class RtfGroup {

    /** Groups that are not the document's text although their first word does not show this. */
    private static final Pattern LEFT_OUT = Pattern.compile("colortbl|header[lrf]?|footer[lrf]?|a?ftnsepc?|nonshppict"
            + "|nonesttables|shprslt|mmathPict|[rt]?xe|tcn?|template|filetbl|listtable|listoverridetable");

    /** Groups that older readers ignore because of their {@code \*}, but that can hold text of the document. */
    private static final Set<String> LOOKED_INTO =
            Set.of("shppict", "shpinst", "do", "moMath", "moMathPara", "nesttableprops", "fldinst", "footnote");

    private final RtfText text;
    private final RtfFlow flow;

    RtfGroup(RtfText text, RtfFlow flow) {
        this.text = text;
        this.flow = flow;
    }

    /**
     * Takes the first word of a group.
     *
     * @param state of the group, which is changed
     * @return false when the word does not name a kind of group: it is a word of the group's content
     */
    boolean begin(String word, RtfState state) {
        if (LEFT_OUT.matcher(word).matches() || (state.optional && !LOOKED_INTO.contains(word))) {
            state.destination = RtfState.Destination.NOWHERE;
            return true;
        }
        return ofDocument(word, state) || ofText(word, state) || ofInfo(word, state);
    }

    private boolean ofDocument(String word, RtfState state) {
        switch (word) {
            case "fonttbl" -> state.destination = RtfState.Destination.FONTS;
            case "stylesheet" -> state.destination = RtfState.Destination.STYLES;
            case "info" -> state.destination = RtfState.Destination.INFO;
            case "nesttableprops" -> state.destination = RtfState.Destination.NESTED_ROW;
            case "shpinst", "do" -> state.destination = RtfState.Destination.SHAPE;
            case "pict" -> {
                state.destination = RtfState.Destination.NOWHERE;
                flow.figure();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean ofText(String word, RtfState state) {
        switch (word) {
            case "listtext", "pntext" -> {
                state.destination = RtfState.Destination.MARKER;
                text.beginMarker();
            }
            case "shptxt", "dptxbxtext" -> {
                state.destination = RtfState.Destination.TEXT;
                text.beginAside(RtfState.End.BOX, state);
            }
            case "footnote" -> note(state);
            case "field" -> {
                text.openField();
                state.end = RtfState.End.FIELD;
            }
            case "fldrslt" -> text.beginResult();
            case "fldinst", "shppict", "moMath", "moMathPara" -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A note within a note or a box is left out. */
    private void note(RtfState state) {
        if (text.isAside()) {
            state.destination = RtfState.Destination.NOWHERE;
        } else {
            text.beginAside(RtfState.End.NOTE, state);
        }
    }

    private boolean ofInfo(String word, RtfState state) {
        if (state.destination == RtfState.Destination.INFO) {
            state.destination = RtfState.Destination.VALUE;
            state.value = word;
            text.clearName();
            return true;
        }
        return false;
    }
}
