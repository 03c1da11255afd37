package io.mivaa.batch.job;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Disk space for bytes on their way: a folder of this process, gone when it ends. What a killed process left behind is
 * removed at the next start, known by its lock that nobody holds any more. Thread-safe.
 */
@Component
public class SpoolDirectory {

    private static final Logger log = LoggerFactory.getLogger(SpoolDirectory.class);

    private static final String LOCK = "lock";

    private final Path own;
    private final FileChannel channel;

    /** @param base holds one folder for each process; {@code mivaa.spool.directory} */
    SpoolDirectory(@Value("${mivaa.spool.directory:${java.io.tmpdir}/mivaa-batch}") Path base) throws IOException {
        Files.createDirectories(base);
        removeAbandoned(base);
        own = Files.createTempDirectory(base, "spool-");
        channel = FileChannel.open(own.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
    }

    /** A new empty file that only this user can read; whoever asks for it deletes it. */
    public Path newFile(String suffix) throws IOException {
        return Files.createTempFile(own, "", suffix);
    }

    /** Bytes that may still be written here. */
    public long usableSpace() throws IOException {
        return Files.getFileStore(own).getUsableSpace();
    }

    private static void removeAbandoned(Path base) throws IOException {
        List<Path> folders;
        try (Stream<Path> found = Files.list(base)) {
            folders = found.filter(folder -> Files.exists(folder.resolve(LOCK))).toList();
        }
        for (Path folder : folders) {
            if (isAbandoned(folder.resolve(LOCK))) {
                FileSystemUtils.deleteRecursively(folder);
                log.info("Removed temporary files that a process left behind in {}", folder);
            }
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
        FileSystemUtils.deleteRecursively(own);
    }
}
