package io.mivaa.batch.job.acceptance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The lock that shows that a process uses a folder. The operating system releases it when the process ends, however it
 * ends. Not thread-safe.
 */
final class FolderLock implements AutoCloseable {

    static final String NAME = "lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Locks the folder. The file is locked before it gets its name, so that no process finds it without its lock. */
    static FolderLock of(Path folder) throws IOException {
        Path lock = folder.resolve(NAME + ".new");
        FileChannel locked = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        locked.lock();
        Files.move(lock, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
        return new FolderLock(locked);
    }

    static boolean exists(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    /** Whether the process that had locked the folder has ended. Must not be asked about a folder of this process. */
    static boolean isAbandoned(Path folder) {
        try (FileChannel other = FileChannel.open(folder.resolve(NAME), StandardOpenOption.WRITE);
                FileLock held = other.tryLock()) {
            return held != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    /** Writes to the file, so that programs that remove old temporary files leave it. */
    void touch() throws IOException {
        channel.write(ByteBuffer.allocate(1), 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
