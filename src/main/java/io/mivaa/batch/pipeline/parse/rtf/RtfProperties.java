package io.mivaa.batch.pipeline.parse.rtf;

/** Reads the control words that set properties: of paragraphs, of characters, and of the document's encoding. */
final class RtfProperties {

    private final RtfFonts fonts;

    RtfProperties(RtfFonts fonts) {
        this.fonts = fonts;
    }

    /** @return false when the word is not a property */
    boolean read(RtfTokens rtf, RtfState state) {
        return ofParagraph(rtf, state) || ofCharacters(rtf, state) || ofDocument(rtf);
    }

    private static boolean ofParagraph(RtfTokens rtf, RtfState state) {
        switch (rtf.word()) {
            case "pard" -> state.plainParagraph();
            case "s" -> state.style = rtf.number(0);
            case "outlinelevel" -> state.outline = Math.max(0, Math.min(rtf.number(0), RtfState.NO_OUTLINE));
            case "ls" -> state.list = rtf.number(0);
            case "ilvl" -> state.level = rtf.number(0);
            case "li" -> state.indent = rtf.number(0);
            case "fi" -> state.firstIndent = rtf.number(0);
            case "intbl" -> state.inTable = rtf.isOn();
            case "itap" -> state.inTable = rtf.number(0) > 0;
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean ofCharacters(RtfTokens rtf, RtfState state) {
        switch (rtf.word()) {
            case "plain" -> state.plainCharacters(fonts.defaultCharset());
            case "v" -> state.hidden = rtf.isOn();
            case "deleted" -> state.deleted = rtf.isOn();
            case "uc" -> state.unicodeSubstitutes = Math.max(0, rtf.number(1));
            case "f" -> state.charset = fonts.of(rtf.number(0));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean ofDocument(RtfTokens rtf) {
        switch (rtf.word()) {
            case "ansicpg" -> fonts.documentCodePage(rtf.number(0));
            case "mac" -> fonts.documentCharset("x-MacRoman");
            case "pc" -> fonts.documentCharset("Cp437");
            case "pca" -> fonts.documentCharset("Cp850");
            case "deff" -> fonts.defaultFont(rtf.number(0));
            default -> {
                return false;
            }
        }
        return true;
    }
}
