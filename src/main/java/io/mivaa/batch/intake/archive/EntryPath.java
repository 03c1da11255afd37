package io.mivaa.batch.intake.archive;

import io.mivaa.batch.intake.document.FileNames;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes the path of an entry safe for display. */
final class EntryPath {

    private static final int MAX_LENGTH = 1024;

    /** The second half of a surrogate pair whose first half has been cut off. */
    private static final Pattern HALF_CHARACTER = Pattern.compile("^[\\uDC00-\\uDFFF]");

    /** Files that macOS and Windows add to those of their users. */
    private static final Pattern JUNK =
            Pattern.compile("(?i)(?:.*/)?(?:__MACOSX/.*|\\._[^/]*|\\.DS_Store|Thumbs\\.db|desktop\\.ini)");

    private EntryPath() {}

    static boolean isJunk(String name) {
        return JUNK.matcher(name).matches();
    }

    /**
     * Removes upward steps and leading slashes: no file is written here, but the path is shown to others. Keeps the end
     * of a path that is too long, because it distinguishes the files of a folder.
     */
    static String clean(String name) {
        String path = Arrays.stream(name.replace('\\', '/').split("/", -1))
                .filter(step -> !step.isBlank() && !step.equals(".") && !step.equals(".."))
                .map(FileNames::clean)
                .collect(Collectors.joining("/"));
        String end = HALF_CHARACTER
                .matcher(path.substring(Math.max(0, path.length() - MAX_LENGTH)))
                .replaceFirst("");
        return end.isEmpty() ? "unnamed" : end;
    }
}
