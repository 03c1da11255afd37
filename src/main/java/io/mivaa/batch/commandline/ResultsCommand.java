package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.ingest.ResultsFile;
import io.mivaa.batch.commandline.ingest.Watch;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the results of a batch. */
@Command(
        name = "results",
        header = "Write the results of a batch.",
        description = {
            "",
            "Waits for the end of the batch, and writes one JSON object per line for each document that succeeded.",
            ""
        })
final class ResultsCommand extends ServiceCommand {

    @Parameters(paramLabel = "BATCH", description = "The id of a batch.")
    String id = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            order = 1,
            defaultValue = "-",
            description =
                    "Write to this file; - is the standard output (default). The file appears when it is complete.")
    String out = ResultsFile.STANDARD_OUTPUT;

    @Option(names = "--embeddings", order = 2, description = "Include the vectors in the results.")
    boolean embeddings;

    private @Nullable ResultsFile file;

    ResultsCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected boolean hasDataOnOut() {
        return true;
    }

    @Override
    protected void check() throws IOException {
        file = ResultsFile.open(out, shell.out());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return super.call();
        } finally {
            if (file != null) {
                file.close();
            }
        }
    }

    @Override
    protected int run(Connection connection, Screen screen) throws IOException, InterruptedException {
        Patience patience = connection.patience();
        var watch = new Watch(connection.client(), screen, patience);
        watch.add(batch(connection, patience, id));
        if (!watch.isDone()) {
            watch.untilDone();
        }
        Batch batch = watch.batches().get(0);
        if (file != null) {
            file.append(connection.client(), batch, embeddings, patience);
            file.finish();
            if (!out.equals(ResultsFile.STANDARD_OUTPUT)) {
                screen.print(file.summary());
            }
        }
        return code(watch.batches());
    }

    @Override
    protected List<String> onInterrupt() {
        if (file != null) {
            file.close();
        }
        return List.of();
    }
}
