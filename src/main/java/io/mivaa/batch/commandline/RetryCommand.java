package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Job;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Retries failed documents. */
@Command(
        name = "retry",
        header = "Retry failed documents.",
        description = {
            "",
            "Queues the failed documents of a batch again, or a single job. Without --server, the command ends when"
                    + " they are done. With --server, it ends at once unless --watch is given.",
            ""
        })
final class RetryCommand extends ServiceCommand {

    private static final int NOT_FOUND = 404;

    @Parameters(paramLabel = "BATCH|JOB", description = "The id of a batch or of a job.")
    String id = "";

    @Option(
            names = {"-w", "--watch"},
            order = 1,
            description = "Follow the batch to its end. The exit code is 1 if documents failed.")
    boolean watch;

    RetryCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected int run(Connection connection, Screen screen) throws IOException, InterruptedException {
        ServiceClient client = connection.client();
        ServiceResponse answer;
        String batch;
        String message;
        try {
            answer = connection.patience().insist(() -> client.retryBatch(id));
            Batch retried = client.read(answer, Batch.class);
            batch = retried.id();
            int waiting = retried.counts().total()
                    - retried.counts().succeeded()
                    - retried.counts().dead()
                    - retried.counts().cancelled();
            message = "Batch " + batch + " has " + Printable.count(waiting, "document") + " to process.";
        } catch (Refused e) {
            if (e.status() != NOT_FOUND) {
                throw e;
            }
            answer = connection.patience().insist(() -> client.retryJob(id));
            Job retried = client.read(answer, Job.class);
            batch = retried.batchId() == null ? "" : retried.batchId();
            message =
                    "Job " + retried.id() + " (" + Printable.line(retried.filename()) + ") is " + retried.state() + ".";
        }
        if (watch || connection.isLocal()) {
            screen.note(message);
            return follow(connection, screen, batch);
        }
        if (service.json) {
            screen.data(answer.body());
        } else {
            screen.print(message);
            screen.print("  follow  " + connection.command("status " + batch + " --watch"));
        }
        return ExitCodes.DONE;
    }
}
