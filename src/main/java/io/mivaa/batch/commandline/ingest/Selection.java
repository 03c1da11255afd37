package io.mivaa.batch.commandline.ingest;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The files to ingest: the named files, and all files in named folders and below, sorted by name. Hidden files, links, and
 * entries that are neither files nor folders are skipped in folders. Used by one thread.
 */
public final class Selection {

    /**
     * A file to send.
     *
     * @param shown the path as the user wrote it; not yet safe to print
     * @param bytes its size when it was found
     */
    public record Found(Path path, String shown, long bytes) {}

    private final List<PathMatcher> included;
    private final List<PathMatcher> excluded;
    private final List<Found> files = new ArrayList<>();
    private final List<FailedDocument> unreadable = new ArrayList<>();
    private final Set<Path> known = new HashSet<>();

    /**
     * @param include globs for names, or with a slash for paths below the folder; case is ignored; empty for all files
     * @param exclude globs of the same form, which take precedence and also skip whole folders
     * @throws IllegalArgumentException when a glob is not valid
     */
    public Selection(List<String> include, List<String> exclude) {
        included = matchers(include);
        excluded = matchers(exclude);
    }

    public List<Found> files() {
        return files;
    }

    /** Files and folders that exist but cannot be read. */
    public List<FailedDocument> unreadable() {
        return unreadable;
    }

    /** @throws NoSuchFileException when it is not there */
    public void add(Path named) throws IOException {
        if (named.toString().isEmpty()) {
            // The JDK takes it as the current folder. In a script it is usually a variable that is not set.
            throw new NoSuchFileException("file or folder without a name");
        }
        if (Files.isDirectory(named)) {
            addFolder(named, named);
        } else if (Files.exists(named)) {
            Path name = named.getFileName();
            if (isWanted(name, name)) {
                addFile(named);
            }
        } else {
            throw new NoSuchFileException(named.toString());
        }
    }

    private void addFolder(Path folder, Path top) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (IOException | DirectoryIteratorException e) {
            unreadable.add(FailedDocument.unreadable(folder.toString(), "The folder cannot be read."));
        }
        children.sort(Comparator.comparing(Path::toString));
        for (Path child : children) {
            Path relative = top.relativize(child);
            if (isHidden(child) || matches(excluded, child.getFileName(), relative)) {
                continue;
            }
            if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                addFolder(child, top);
            } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)
                    && isWanted(child.getFileName(), relative)) {
                addFile(child);
            }
        }
    }

    private void addFile(Path file) {
        try {
            if (known.add(file.toRealPath())) {
                if (Files.isReadable(file) && Files.isRegularFile(file)) {
                    files.add(new Found(file, file.toString(), Files.size(file)));
                } else {
                    unreadable.add(FailedDocument.unreadable(file.toString(), "The file cannot be read."));
                }
            }
        } catch (IOException e) {
            unreadable.add(FailedDocument.unreadable(file.toString(), "The file cannot be read."));
        }
    }

    private static boolean isHidden(Path file) {
        try {
            return file.getFileName().toString().startsWith(".") || Files.isHidden(file);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isWanted(Path name, Path relative) {
        return (included.isEmpty() || matches(included, name, relative)) && !matches(excluded, name, relative);
    }

    private static boolean matches(List<PathMatcher> globs, Path name, Path relative) {
        Path lowerName = lower(name);
        Path lowerPath = lower(relative);
        return globs.stream().anyMatch(glob -> glob.matches(lowerName) || glob.matches(lowerPath));
    }

    private static Path lower(Path path) {
        return path.getFileSystem().getPath(lower(path.toString()));
    }

    /** Replaces characters that the locale's encoding cannot represent: paths with them can be read, but not created. */
    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT).replace('\uFFFD', '_');
    }

    private static List<PathMatcher> matchers(List<String> globs) {
        return globs.stream()
                .map(glob -> {
                    String lower = lower(glob);
                    String plain = lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
                    return FileSystems.getDefault().getPathMatcher("glob:" + plain.replace('/', File.separatorChar));
                })
                .toList();
    }
}
