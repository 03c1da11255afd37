package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes links as Markdown has them. */
public final class Links {

    private static final int LONGEST = 500;

    private Links() {}

    /** Makes what was written since {@code start} a link; nothing when that says the address already. */
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
