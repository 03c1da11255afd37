package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.ResponseBody;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Cancels a batch. */
@Command(
        name = "cancel",
        header = "Cancel a batch.",
        description = {
            "",
            "Documents that succeeded keep their results. The service processes no others of the batch.",
            ""
        })
final class CancelCommand extends ServiceCommand {

    @Parameters(paramLabel = "BATCH", description = "The id of a batch.")
    String id = "";

    CancelCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected int run(Connection connection, Screen screen) throws IOException, InterruptedException {
        Patience patience = connection.patience();
        ServiceResponse answer = patience.insist(() -> connection.client().cancel(id));
        if (service.json) {
            screen.data(answer.body());
        } else {
            printBatch(connection, screen, connection.client().read(answer, ResponseBody.Batch.class), patience);
        }
        return ExitCodes.DONE;
    }
}
