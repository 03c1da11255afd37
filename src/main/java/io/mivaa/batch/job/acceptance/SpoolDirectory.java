package io.mivaa.batch.job.acceptance;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
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
 * Disk space for bytes on their way: a folder of this process, gone when it ends. What a killed process left behind is
 * known by its lock that nobody holds any more, and removed at the next start or by {@link #removeLeftovers}. A base
 * that belongs to another user is refused; a folder that somebody removes is made again. Thread-safe.
 */
@Component
public class SpoolDirectory {

    private static final Logger log = LoggerFactory.getLogger(SpoolDirectory.class);

    private static final String PREFIX = "spool-";
    private static final String LOCK = "lock";

    private static final String UID = "unix:uid";
    private static final Integer ROOT = 0;
    private static final int EVERYBODY_WRITES = 0002;
    private static final int STICKY = 01000;

    /**
     * The folders of this process. Their locks are not to be looked at: on POSIX systems a process loses its lock on a
     * file when it closes any other channel to it.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path base;
    private final Set<String> attributes;
    private final Path own;
    private FileChannel channel;

    /** @param base holds one folder for each process; {@code mivaa.spool.directory} */
    @Autowired
    SpoolDirectory(@Value("${mivaa.spool.directory:${java.io.tmpdir}/mivaa-batch-${user.name}}") Path base)
            throws IOException {
        this(base, base.getFileSystem().supportedFileAttributeViews());
    }

    /** @param attributes the kinds that files there have; on Windows neither those of POSIX nor those of Unix */
    SpoolDirectory(Path base, Set<String> attributes) throws IOException {
        this.base = base;
        this.attributes = attributes;
        Files.createDirectories(base, ownerOnly());
        own = Files.createTempDirectory(base, PREFIX);
        try {
            refuseAnothersFolder();
        } catch (IOException e) {
            Files.deleteIfExists(own);
            throw e;
        }
        OURS.add(own);
        channel = lock();
        warnWhenAnybodyMayWrite();
        int removed = removeAbandoned();
        if (removed > 0) {
            log.info("Removed {} folders of temporary files that killed processes left behind in {}", removed, base);
        }
    }

    private FileAttribute<?>[] ownerOnly() {
        return attributes.contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Whoever owns the folder, or a link to it, can put another one in the place of ours, and read what we write there.
     * The shared temporary folder is where anybody can come first.
     */
    private void refuseAnothersFolder() throws IOException {
        if (!attributes.contains("unix")) {
            return;
        }
        Object self = Files.getAttribute(own, UID);
        for (Object owner :
                List.of(Files.getAttribute(base, UID, LinkOption.NOFOLLOW_LINKS), Files.getAttribute(base, UID))) {
            if (!owner.equals(self) && !owner.equals(ROOT)) {
                throw new IOException("The folder for temporary files, " + base + ", belongs to another user (" + owner
                        + "): name one of your own in mivaa.spool.directory");
            }
        }
    }

    /** As volumes of an orchestrator may be, where nobody else is; so it is no reason not to start. */
    private void warnWhenAnybodyMayWrite() throws IOException {
        if (attributes.contains("unix")
                && ((int) Files.getAttribute(base, "unix:mode") & (EVERYBODY_WRITES | STICKY)) == EVERYBODY_WRITES) {
            log.warn("Every user of this machine can exchange the temporary files in {}", base);
        }
    }

    /** Locked before it has its name, so that nobody finds it without its lock. */
    private FileChannel lock() throws IOException {
        Path lock = own.resolve(LOCK + ".new");
        FileChannel locked = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        locked.lock();
        Files.move(lock, own.resolve(LOCK), StandardCopyOption.REPLACE_EXISTING);
        return locked;
    }

    /** Whoever cleans temporary folders may take ours, or its lock, away under us. */
    private synchronized void restore() throws IOException {
        if (Files.exists(own.resolve(LOCK))) {
            return;
        }
        log.warn("Somebody removed {} or its lock; it is made again", own);
        Files.createDirectories(own, ownerOnly());
        refuseAnothersFolder();
        FileChannel former = channel;
        channel = lock();
        former.close();
    }

    /** A new empty file that only this user can read; whoever asks for it deletes it. */
    public Path newFile(String suffix) throws IOException {
        restore();
        return Files.createTempFile(own, "", suffix);
    }

    /** Bytes that may still be written here. */
    public long usableSpace() throws IOException {
        restore();
        return Files.getFileStore(own).getUsableSpace();
    }

    /**
     * Removes the folders of processes that are gone, and files of this one that nobody has written to for so long that
     * they must have been forgotten.
     *
     * @param untouchedSince older than the longest time that a request or an attempt can take
     * @return how many folders and files there were; one that somebody else removes at the same time counts too
     */
    public synchronized int removeLeftovers(Instant untouchedSince) throws IOException {
        restore();
        // What was written to lately is nothing that somebody cleans away for its age.
        channel.write(ByteBuffer.allocate(1), 0);
        int removed = removeAbandoned();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(own, file -> !file.endsWith(LOCK) && isUntouched(file, untouchedSince))) {
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
            // Its owner has just deleted it.
            return false;
        }
    }

    private int removeAbandoned() throws IOException {
        List<Path> folders;
        try (Stream<Path> found = Files.list(base)) {
            folders = found.filter(folder -> folder.getFileName().toString().startsWith(PREFIX)
                            && !OURS.contains(folder)
                            && Files.exists(folder.resolve(LOCK)))
                    .toList();
        }
        int removed = 0;
        for (Path folder : folders) {
            if (isAbandoned(folder.resolve(LOCK))) {
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
            // Another process is at it, or its owner was faster.
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
    synchronized void remove() throws IOException {
        channel.close();
        OURS.remove(own);
        FileSystemUtils.deleteRecursively(own);
    }
}
