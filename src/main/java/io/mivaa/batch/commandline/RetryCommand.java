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

/** What failed, again. */
@Command(
        name = "retry",
        header = "Try again what failed.",
        description = {
            "",
            "Queues the failed documents of a batch again, or a single job. The service in this process works them off"
                    + " before the command ends; with --server that is done there, and --watch waits for it.",
            ""
        })
final class RetryCommand extends ServiceCommand {

    private static final int NOT_FOUND = 404;

    @Parameters(paramLabel = "BATCH|JOB", description = "Id of a batch or of a job.")
    String id = "";

    @Option(
            names = {"-w", "--watch"},
            order = 1,
            description = "Follow the batch to its end; exit code 1 when documents failed.")
    boolean watch;

    RetryCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected int run(Connection connection, Screen screen) throws IOException, InterruptedException {
        ServiceClient client = connection.client();
        ServiceResponse answer;
        String batch;
        String said;
        try {
            answer = connection.patience().insist(() -> client.retryBatch(id));
            Batch retried = client.read(answer, Batch.class);
            batch = retried.id();
            int waiting = retried.counts().total()
                    - retried.counts().succeeded()
                    - retried.counts().dead()
                    - retried.counts().cancelled();
            said = "Batch " + batch + " has " + Printable.count(waiting, "document") + " to work on.";
        } catch (Refused e) {
            if (e.status() != NOT_FOUND) {
                throw e;
            }
            answer = connection.patience().insist(() -> client.retryJob(id));
            Job retried = client.read(answer, Job.class);
            batch = retried.batchId() == null ? "" : retried.batchId();
            said = "Job " + retried.id() + " (" + Printable.line(retried.filename()) + ") is " + retried.state() + ".";
        }
        if (watch || connection.isLocal()) {
            screen.tell(said);
            return follow(connection, screen, batch);
        }
        if (service.json) {
            screen.data(answer.body());
        } else {
            screen.say(said);
            screen.say("  follow  " + connection.command("status " + batch + " --watch"));
        }
        return ExitCodes.DONE;
    }
}
