package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an interrupted {@code ingest} does with its batches and prints about them.
 *
 * @param batches that were accepted, as last seen
 * @param sending whether a submission is in flight
 */
record Departure(Connection connection, List<Batch> batches, boolean sending) {

    /** The limit for cancelling all batches. A second interrupt would not be noticed. */
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(5);

    /** @param cancel whether to cancel the batches that are not final */
    List<String> lines(boolean cancel) {
        var lines = new ArrayList<String>();
        List<Batch> open = batches.stream().filter(batch -> !batch.terminal()).toList();
        if (!open.isEmpty() && cancel) {
            lines.addAll(cancelAll(open));
        } else if (!open.isEmpty()) {
            lines.add(
                    connection.isLocal()
                            ? "Stopped. Accepted documents are kept in " + connection.place()
                                    + "; the next command on that folder continues with them."
                            : "Detached. The batch continues at " + connection.place() + ".");
            lines.addAll(ServiceCommand.nextCommands(connection, open));
        } else if (batches.isEmpty()) {
            lines.add("Interrupted; no batch was accepted.");
        }
        if (sending) {
            lines.add("Not all files were sent. To see whether the last request was accepted:");
            lines.add("  " + connection.command("status"));
        }
        return lines;
    }

    private List<String> cancelAll(List<Batch> open) {
        long end = System.nanoTime() + CANCEL_LIMIT.toNanos();
        return open.stream()
                .map(batch -> cancel(batch, Duration.ofNanos(end - System.nanoTime())))
                .toList();
    }

    private String cancel(Batch batch, Duration limit) {
        try {
            if (limit.isNegative() || limit.isZero()) {
                throw new IOException("the service takes too long");
            }
            connection.client().cancel(batch.id(), limit);
            return "Cancelled batch " + batch.id() + ".";
        } catch (IOException e) {
            return "Batch " + batch.id() + " may not have been cancelled: "
                    + Printable.line(String.valueOf(e.getMessage())) + "\n  cancel  "
                    + connection.command("cancel " + batch.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "Batch " + batch.id() + " may not have been cancelled.";
        }
    }
}
