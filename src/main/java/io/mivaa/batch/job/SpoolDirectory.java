package io.mivaa.batch.job;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Disk space for bytes on their way: a folder of this process, gone when it ends. What a killed process left behind is
 * known by its lock that nobody holds any more, and removed at the next start or by {@link #removeLeftovers}.
 * Thread-safe.
 */
@Component
public class SpoolDirectory {

    private static final Logger log = LoggerFactory.getLogger(SpoolDirectory.class);

    private static final String LOCK = "lock";

    /**
     * The folders of this process. Their locks are not to be looked at: on POSIX systems a process loses its lock on a
     * file when it closes any other channel to it.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path base;
    private final Path own;
    private final FileChannel channel;

    /** @param base holds one folder for each process; {@code mivaa.spool.directory} */
    SpoolDirectory(@Value("${mivaa.spool.directory:${java.io.tmpdir}/mivaa-batch}") Path base) throws IOException {
        this.base = base;
        Files.createDirectories(base);
        int removed = removeAbandoned();
        if (removed > 0) {
            log.info("Removed {} folders of temporary files that killed processes left behind in {}", removed, base);
        }
        own = Files.createTempDirectory(base, "spool-");
        OURS.add(own);
        // Locked before it has its name, so that nobody finds it without its lock.
        Path lock = own.resolve(LOCK + ".new");
        channel = FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
        Files.move(lock, own.resolve(LOCK));
    }

    /** A new empty file that only this user can read; whoever asks for it deletes it. */
    public Path newFile(String suffix) throws IOException {
        try {
            return Files.createTempFile(own, "", suffix);
        } catch (NoSuchFileException e) {
            makeAgain();
            return Files.createTempFile(own, "", suffix);
        }
    }

    /** Bytes that may still be written here. */
    public long usableSpace() throws IOException {
        try {
            return Files.getFileStore(own).getUsableSpace();
        } catch (NoSuchFileException e) {
            makeAgain();
            return Files.getFileStore(own).getUsableSpace();
        }
    }

    /**
     * Somebody has tidied up, as systems do with temporary folders. Without a lock the new folder is nobody's business
     * but this process's: another one removes only folders whose lock is there and free.
     */
    private synchronized void makeAgain() throws IOException {
        if (!Files.isDirectory(own)) {
            Files.createDirectories(base);
            // Only this user may look into it, as into the first one.
            Files.move(Files.createTempDirectory(base, "spool-"), own);
            log.warn("The folder of temporary files was gone and has been made again: {}", own);
        }
    }

    /**
     * Removes the folders of processes that are gone, and files of this one that nobody has written to for so long that
     * they must have been forgotten.
     *
     * @param untouchedSince older than the longest time that a request or an attempt can take
     * @return how many folders and files
     */
    public int removeLeftovers(Instant untouchedSince) throws IOException {
        int removed = removeAbandoned();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(own, file -> !file.endsWith(LOCK) && isUntouched(file, untouchedSince))) {
            for (Path file : files) {
                removed += remove(file);
            }
        }
        return removed;
    }

    private static boolean isUntouched(Path file, Instant since) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(since);
        } catch (IOException e) {
            // Its owner has just deleted it.
            return false;
        }
    }

    private int removeAbandoned() throws IOException {
        List<Path> folders;
        try (Stream<Path> found = Files.list(base)) {
            folders = found.filter(folder -> !OURS.contains(folder) && Files.exists(folder.resolve(LOCK)))
                    .toList();
        }
        int removed = 0;
        for (Path folder : folders) {
            if (isAbandoned(folder.resolve(LOCK))) {
                removed += remove(folder);
            }
        }
        return removed;
    }

    private static int remove(Path path) throws IOException {
        try {
            return FileSystemUtils.deleteRecursively(path) ? 1 : 0;
        } catch (NoSuchFileException e) {
            // Another process is at it, or its owner was faster.
            return 0;
        }
    }

    private static boolean isAbandoned(Path lock) {
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = other.tryLock()) {
            return held != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    @PreDestroy
    void remove() throws IOException {
        channel.close();
        OURS.remove(own);
        FileSystemUtils.deleteRecursively(own);
    }
}
