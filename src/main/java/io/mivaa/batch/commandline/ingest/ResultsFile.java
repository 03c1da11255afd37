package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.screen.NotWritten;
import io.mivaa.batch.commandline.screen.StandardOutput;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where results go: a file that appears whole or not at all, or the standard output. Used by one thread, except that any
 * may close it.
 */
public final class ResultsFile implements Closeable {

    public static final String STANDARD_OUTPUT = "-";

    private final String name;
    private final @Nullable Path target;
    private final @Nullable Path part;
    private final @Nullable FileChannel channel;
    private final OutputStream stream;
    private long lines;

    /**
     * Opens it at once, so that what cannot be written later is known before the work.
     *
     * @param name of the file, {@code -} for the standard output
     */
    public static ResultsFile open(String name, OutputStream standardOutput) throws NotWritten {
        if (name.equals(STANDARD_OUTPUT)) {
            return new ResultsFile(name, null, null, null, new StandardOutput(standardOutput));
        }
        try {
            Path target = Path.of(name).toAbsolutePath();
            target = Files.exists(target) ? target.toRealPath() : target;
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                return new ResultsFile(name, null, null, null, Files.newOutputStream(target));
            }
            Path part = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            // Never through a link that somebody has laid there.
            Files.deleteIfExists(part);
            FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new ResultsFile(name, target, part, channel, Channels.newOutputStream(channel));
        } catch (IOException e) {
            throw NotWritten.file(name, e);
        } catch (InvalidPathException e) {
            throw NotWritten.file(name, new IOException(e.getReason(), e));
        }
    }

    private ResultsFile(
            String name,
            @Nullable Path target,
            @Nullable Path part,
            @Nullable FileChannel channel,
            OutputStream stream) {
        this.name = name;
        this.target = target;
        this.part = part;
        this.channel = channel;
        this.stream = new FilterOutputStream(stream) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException e) {
                    throw e instanceof NotWritten told ? told : NotWritten.file(name, e);
                }
            }
        };
    }

    /** Appends the results of a batch. What a lost connection has torn is written anew; a pipe cannot take it back. */
    public void append(ServiceClient client, Batch batch, boolean embeddings, Patience patience)
            throws IOException, InterruptedException {
        long start = channel == null ? 0 : channel.position();
        patience.renew();
        while (true) {
            try {
                lines += client.results(batch.id(), embeddings, stream);
                stream.flush();
                return;
            } catch (NotWritten e) {
                throw e;
            } catch (IOException e) {
                boolean lost = !(e instanceof Refused) && channel != null;
                if (!lost && !(e instanceof Refused.Busy)) {
                    throw e;
                }
                Thread.sleep(patience.after(e).toMillis());
                if (channel != null) {
                    channel.truncate(start);
                }
            }
        }
    }

    /** Puts the file in its place. */
    public void finish() throws NotWritten {
        if (channel == null || part == null || target == null) {
            return;
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw NotWritten.file(name, e);
        }
    }

    /** What was written, in documents. */
    public long lines() {
        return lines;
    }

    /** Leaves nothing behind of a file that was not finished. */
    @Override
    public void close() {
        try {
            if (channel != null && part != null) {
                channel.close();
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // It stays as what its name says: a part.
            return;
        }
    }
}
