package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.ingest.ResultsFile;
import io.mivaa.batch.commandline.ingest.Watch;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What came out of a batch. */
@Command(
        name = "results",
        header = "Write the results of a batch.",
        description = {
            "",
            "A JSON object on a line for each document that succeeded, once the batch has come to its end.",
            ""
        })
final class ResultsCommand extends ServiceCommand {

    @Parameters(paramLabel = "BATCH", description = "Id of a batch.")
    String id = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            order = 1,
            defaultValue = "-",
            description = "Where to; - is the standard output (default). A file appears when it is complete.")
    String out = ResultsFile.STANDARD_OUTPUT;

    @Option(names = "--embeddings", order = 2, description = "Write the vectors too.")
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
                screen.say("Results of " + Printable.count(file.lines(), "document") + " in " + Printable.line(out));
            }
        }
        return code(watch.batches());
    }

    @Override
    protected java.util.List<String> lastWords() {
        if (file != null) {
            file.close();
        }
        return java.util.List.of();
    }
}
