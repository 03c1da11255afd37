package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
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
 * Writes results to a file that appears complete or not at all, or to the standard output. Used by one thread, but any
 * thread may close it.
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
     * Opens the file before the work starts, so that a file that cannot be written is reported early.
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
            // Never writes through a link that another user has placed there.
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
                    throw e instanceof NotWritten known ? known : NotWritten.file(name, e);
                }
            }
        };
    }

    /** Appends the results of a batch. After a lost connection they are written again, except to a pipe. */
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
                boolean canRepeat = !(e instanceof Refused) && channel != null;
                if (!canRepeat && !(e instanceof Refused.Busy)) {
                    throw e;
                }
                Thread.sleep(patience.after(e).toMillis());
                if (channel != null) {
                    channel.truncate(start);
                }
            }
        }
    }

    /** Moves the complete file to its final name. */
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

    /** How many results were written and where, for people. */
    public String summary() {
        String where = name.equals(STANDARD_OUTPUT) ? "on the standard output" : "in " + Printable.line(name);
        return "Results of " + Printable.count(lines, "document") + " " + where;
    }

    /** Deletes an unfinished file. */
    @Override
    public void close() {
        try {
            if (channel != null && part != null) {
                channel.close();
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // The file remains; its name marks it as incomplete.
            return;
        }
    }
}
