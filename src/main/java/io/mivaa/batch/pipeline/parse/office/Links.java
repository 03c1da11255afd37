package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes links in Markdown. */
public final class Links {

    private static final int LONGEST = 500;

    private Links() {}

    /**
     * Turns the text from {@code start} on into a link.
     *
     * <p>Does nothing when the text is the address itself, or the address is missing or not a web or mail address.
     */
    public static void mark(StringBuilder text, int start, @Nullable String address) {
        if (address == null
                || address.length() > LONGEST
                || !address.matches("(?i)(?:https?://|mailto:)[^\\s()<>\\[\\]]+")) {
            return;
        }
        String words = text.substring(Math.min(start, text.length()));
        String shown = CleanText.line(words);
        boolean plain =
                shown.isEmpty() || words.indexOf('[') >= 0 || words.indexOf(']') >= 0 || words.indexOf('\n') >= 0;
        if (!plain
                && !address.matches("(?i)(?:https?://|mailto:)" + Pattern.quote(shown) + "/?")
                && !address.equals(shown)) {
            text.setLength(start);
            text.append('[').append(shown).append("](").append(address).append(')');
        }
    }
}
