package io.mivaa.batch.pipeline.transform;

import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Chooses the title of a document. */
final class Title {

    private static final Pattern EXTENSION = Pattern.compile("(?<=.)\\.[\\p{Alnum}]{1,8}$");
    /** Hyphens and underscores stand for spaces, except a hyphen between digits, as in a date. */
    private static final Pattern JOINTS = Pattern.compile("_+|(?<!\\d)-+|-+(?!\\d)|\\s+");

    private Title() {}

    /** The declared title, else the first heading, else the file name made readable. */
    static String of(ParsedDocument document, List<RagDocument.Heading> headings, String filename) {
        String declared = document.metadata().title();
        if (declared != null && !declared.isBlank()) {
            return declared.strip();
        }
        return headings.stream()
                .map(RagDocument.Heading::text)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElseGet(() -> readable(filename));
    }

    private static String readable(String filename) {
        String name = EXTENSION.matcher(filename.strip()).replaceFirst("");
        String words = JOINTS.matcher(name).replaceAll(" ").strip().replaceAll(" +", " ");
        if (words.isEmpty()) {
            return filename;
        }
        int first = words.offsetByCodePoints(0, 1);
        return words.substring(0, first).toUpperCase(Locale.ROOT) + words.substring(first);
    }
}
