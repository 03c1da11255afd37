package io.mivaa.batch.job.acceptance;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Disk space for bytes in transit: a folder of this process, removed when it ends. A folder of a killed process is
 * recognized by its lock, which no process holds any more, and removed at the next start or by {@link #removeLeftovers}.
 * A base that belongs to another user is refused. A folder that somebody else removes is created again. Thread-safe.
 */
@Component
public class SpoolDirectory {

    private static final Logger log = LoggerFactory.getLogger(SpoolDirectory.class);

    private static final String PREFIX = "spool-";

    /**
     * The folders of this process. Their locks must not be examined: on POSIX systems a process loses its lock on a file
     * when it closes any other channel to that file.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path base;
    private final PrivateFolder access;
    private final Path own;
    private FolderLock lock;

    /** @param base holds one folder for each process; {@code mivaa.spool.directory} */
    @Autowired
    SpoolDirectory(@Value("${mivaa.spool.directory:${java.io.tmpdir}/mivaa-batch-${user.name}}") Path base)
            throws IOException {
        this(base, base.getFileSystem().supportedFileAttributeViews());
    }

    /** @param attributes see {@link PrivateFolder} */
    SpoolDirectory(Path base, Set<String> attributes) throws IOException {
        this.base = base;
        this.access = new PrivateFolder(base, attributes);
        access.create(base);
        own = Files.createTempDirectory(base, PREFIX);
        try {
            access.refuseAnothersBase(own);
        } catch (IOException e) {
            Files.deleteIfExists(own);
            throw e;
        }
        OURS.add(own);
        lock = FolderLock.of(own);
        access.warnIfEverybodyMayWrite();
        int removed = removeAbandoned();
        if (removed > 0) {
            log.info("Removed {} folders of temporary files that killed processes left behind in {}", removed, base);
        }
    }

    /** Programs that clean temporary folders may remove our folder, or its lock, while we use it. */
    private synchronized void restore() throws IOException {
        if (FolderLock.exists(own)) {
            return;
        }
        log.warn("{} or its lock was removed; creating it again", own);
        access.create(own);
        access.refuseAnothersBase(own);
        FolderLock former = lock;
        lock = FolderLock.of(own);
        former.close();
    }

    /** Creates an empty file that only this user can read. The caller deletes it. */
    public Path newFile(String suffix) throws IOException {
        restore();
        return Files.createTempFile(own, "", suffix);
    }

    /** Creates an empty folder that only this user can read. The caller deletes it with everything in it. */
    public Path newFolder() throws IOException {
        restore();
        return Files.createTempDirectory(own, "");
    }

    /** The bytes that can still be written here. */
    public long usableSpace() throws IOException {
        restore();
        return Files.getFileStore(own).getUsableSpace();
    }

    /**
     * Removes the folders of processes that have ended, and files of this process that were not written for so long that
     * they must have been forgotten.
     *
     * @param untouchedSince longer ago than any request or attempt can take
     * @return the number of folders and files; one that another process removes at the same time counts too
     */
    public synchronized int removeLeftovers(Instant untouchedSince) throws IOException {
        restore();
        lock.touch();
        int removed = removeAbandoned();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                own, file -> !file.endsWith(FolderLock.NAME) && isUntouched(file, untouchedSince))) {
            for (Path file : files) {
                remove(file);
                removed++;
            }
        }
        return removed;
    }

    private static boolean isUntouched(Path file, Instant since) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(since);
        } catch (IOException e) {
            // Its user has just deleted it.
            return false;
        }
    }

    private int removeAbandoned() throws IOException {
        List<Path> folders;
        try (Stream<Path> found = Files.list(base)) {
            folders = found.filter(folder -> folder.getFileName().toString().startsWith(PREFIX)
                            && !OURS.contains(folder)
                            && FolderLock.exists(folder))
                    .toList();
        }
        int removed = 0;
        for (Path folder : folders) {
            if (FolderLock.isAbandoned(folder)) {
                remove(folder);
                removed++;
            }
        }
        return removed;
    }

    private static void remove(Path path) throws IOException {
        try {
            FileSystemUtils.deleteRecursively(path);
        } catch (NoSuchFileException e) {
            // Another process, or its user, was faster.
        }
    }

    @PreDestroy
    synchronized void remove() throws IOException {
        lock.close();
        OURS.remove(own);
        FileSystemUtils.deleteRecursively(own);
    }
}
