package io.mivaa.batch.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reserves a folder for this process and for one user of it. The lock file contains the id of the process. */
final class DataFolderLock implements AutoCloseable {

    /** A POSIX lock is lost when any descriptor of its file is closed. So a folder in this set must not be opened again. */
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    /** Beyond the text of the lock file: on Windows, other processes cannot read a locked range. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int LONGEST_PID = 20;

    private final Path folder;
    private final FileChannel channel;

    private DataFolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the lock without waiting.
     *
     * @throws EmbeddedServerFailure when this or another process holds it
     */
    static DataFolderLock take(Path folder) throws IOException {
        if (!HELD_BY_THIS_PROCESS.add(folder)) {
            throw inUse(folder, "this process");
        }
        try {
            return new DataFolderLock(folder, lock(folder));
        } catch (IOException | RuntimeException e) {
            HELD_BY_THIS_PROCESS.remove(folder);
            throw e;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
            var owner = ByteBuffer.allocate(LONGEST_PID);
            channel.read(owner, 0);
            channel.close();
            String pid = UTF_8.decode(owner.flip()).toString().trim();
            throw inUse(folder, "the process with id " + pid);
        }
        channel.truncate(0);
        channel.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
        return channel;
    }

    private static EmbeddedServerFailure inUse(Path folder, String owner) {
        return new EmbeddedServerFailure(
                "The data folder " + folder + " is in use by " + owner + ". Two services cannot share a data folder.",
                "Stop the other service, choose another folder with mivaa.embedded.directory, or let both services use"
                        + " one PostgreSQL and one Redis of your own (spring.datasource.url, spring.data.redis.url).");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_BY_THIS_PROCESS.remove(folder);
        }
    }
}
