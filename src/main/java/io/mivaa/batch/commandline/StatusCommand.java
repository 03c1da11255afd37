package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Batches;
import io.mivaa.batch.commandline.client.ServiceClient.Seen;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the progress of batches. */
@Command(
        name = "status",
        header = "Show the progress of batches.",
        description = {"", "Without an id, lists the newest batches. With an id, shows that batch and its failures.", ""
        })
final class StatusCommand extends ServiceCommand {

    private static final String ROW = "%-36s  %-9s  %7s  %6s  %6s  %-16s  %s";

    @Parameters(paramLabel = "BATCH", arity = "0..1", description = "The id of a batch.")
    @Nullable
    String id;

    @Option(
            names = {"-w", "--watch"},
            order = 1,
            description = "Follow the batch to its end. The exit code is 1 if documents failed.")
    boolean watch;

    @Option(
            names = "--limit",
            paramLabel = "N",
            order = 2,
            defaultValue = "20",
            description = "Number of batches to list, at most 200 (default: ${DEFAULT-VALUE}).")
    int limit = 20;

    StatusCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected void check() {
        if (watch && id == null) {
            throw wrong("--watch requires the id of a batch.");
        }
    }

    @Override
    protected int run(Connection connection, Screen screen) throws IOException, InterruptedException {
        if (id == null) {
            list(connection, screen);
            return ExitCodes.DONE;
        }
        if (watch) {
            return follow(connection, screen, id);
        }
        Seen seen = batch(connection, connection.patience(), id);
        if (service.json) {
            screen.data(seen.json());
        } else {
            printBatch(connection, screen, seen.batch(), connection.patience());
        }
        return ExitCodes.DONE;
    }

    private void list(Connection connection, Screen screen) throws IOException, InterruptedException {
        ServiceResponse answer =
                connection.patience().insist(() -> connection.client().get("/batches?limit=" + limit));
        if (service.json) {
            screen.data(answer.body());
            return;
        }
        Batches batches = connection.client().read(answer, Batches.class);
        if (batches.items().isEmpty()) {
            screen.print("There are no batches.");
            return;
        }
        screen.print(ROW.formatted("BATCH", "STATE", "PERCENT", "DONE", "FAILED", "CREATED (UTC)", "NAME")
                .stripTrailing());
        for (Batch batch : batches.items()) {
            String created = batch.createdAt() == null ? "" : batch.createdAt();
            String minute = created.substring(0, Math.min(16, created.length())).replace('T', ' ');
            screen.print(ROW.formatted(
                            batch.id(),
                            batch.state(),
                            Math.round(Math.floor(batch.progress().percent())),
                            batch.counts().succeeded(),
                            batch.counts().dead(),
                            minute,
                            batch.name() == null ? "" : Printable.fit(Printable.line(batch.name()), 60))
                    .stripTrailing());
        }
        if (batches.nextCursor() != null) {
            screen.print("There are more batches; --limit lists up to 200.");
        }
    }
}
