package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import io.mivaa.batch.commandline.client.ServiceClient.Seen;
import io.mivaa.batch.commandline.ingest.FailedDocument;
import io.mivaa.batch.commandline.ingest.Failures;
import io.mivaa.batch.commandline.ingest.Ingestion;
import io.mivaa.batch.commandline.ingest.ResultsFile;
import io.mivaa.batch.commandline.ingest.Selection;
import io.mivaa.batch.commandline.ingest.Watch;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ingests files and fetches their results. */
@Command(
        name = "ingest",
        sortOptions = true,
        header = "Turn files into RAG-ready data.",
        description = {
            "",
            "Sends files, and all files in folders, to the service as one batch, or as several if they exceed the"
                    + " limits of one. Shows the progress, and reports which documents failed and why. Hidden files"
                    + " and links in folders are skipped.",
            ""
        })
final class IngestCommand extends ServiceCommand {

    @Parameters(paramLabel = "FILE|FOLDER", arity = "1..*", description = "What to ingest.")
    List<Path> named = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            order = 1,
            description = "Write the results to this file: one JSON object per line for each document that succeeded."
                    + " - is the standard output. The file appears when it is complete.")
    @Nullable
    String out;

    @Option(names = "--embeddings", order = 2, description = "Include the vectors in the results.")
    boolean embeddings;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            order = 3,
            description = "Only files with matching names, such as '*.pdf'. A glob with a slash matches the path below"
                    + " the folder. Repeatable.")
    List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            order = 4,
            description = "Skip matching files and folders. Repeatable.")
    List<String> exclude = List.of();

    @Mixin
    IngestOptions batch = new IngestOptions();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            order = 10,
            description = "The first line of this file is the password for all protected PDF and Office documents."
                    + " - is the standard input.")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--cancel-on-interrupt",
            order = 11,
            description = "With --server: Ctrl-C cancels the batch. By default the batch continues in the service.")
    boolean cancelOnInterrupt;

    private List<Selection.Found> files = List.of();
    private final Failures failures = new Failures();
    private @Nullable String password;
    private @Nullable ResultsFile results;

    private volatile @Nullable Connection connection;
    private volatile @Nullable Watch watch;
    private volatile boolean sending;

    IngestCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected boolean hasDataOnOut() {
        return service.json || ResultsFile.STANDARD_OUTPUT.equals(out);
    }

    @Override
    protected void check() throws IOException {
        if (service.json && ResultsFile.STANDARD_OUTPUT.equals(out)) {
            throw wrong("--json and --out - cannot be combined: both write to the standard output.");
        }
        if (cancelOnInterrupt && service.server == null) {
            throw wrong("--cancel-on-interrupt requires --server.");
        }
        select();
        password = passwordFile == null ? null : firstLine(passwordFile);
        results = out == null ? null : ResultsFile.open(out, shell.out());
    }

    private void select() throws IOException {
        try {
            var selection = new Selection(include, exclude);
            for (Path path : named) {
                selection.add(path);
            }
            files = selection.files();
            selection.unreadable().forEach(failures::add);
        } catch (NoSuchFileException e) {
            throw wrong("There is no " + Printable.line(String.valueOf(e.getFile())) + ".");
        } catch (IllegalArgumentException e) {
            throw wrong("--include or --exclude is not a glob: " + Printable.line(String.valueOf(e.getMessage())));
        }
        if (files.isEmpty() && failures.isEmpty()) {
            throw wrong("There are no files to ingest. Hidden files and links in folders are skipped.");
        }
    }

    private String firstLine(Path file) throws IOException {
        try (var reader = file.toString().equals("-")
                ? new BufferedReader(new InputStreamReader(shell.in(), UTF_8))
                : Files.newBufferedReader(file)) {
            String line = reader.readLine();
            if (line == null || line.isEmpty()) {
                throw wrong("The first line of --password-file is empty.");
            }
            return line;
        } catch (IOException e) {
            throw wrong("--password-file cannot be read: " + Printable.reason(e));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return super.call();
        } finally {
            if (results != null) {
                results.close();
            }
        }
    }

    @Override
    protected int run(Connection to, Screen screen) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Patience patience = to.patience();
        var follow = new Watch(to.client(), screen, patience);
        connection = to;
        watch = follow;

        send(to, screen, follow, patience);
        int unsent = failures.count();
        await(to, screen, follow);
        write(to, screen, follow.batches(), patience);
        for (Seen end : follow.seen()) {
            if (service.json) {
                screen.data(end.json());
            }
            failures.addAll(to.client(), end.batch(), patience);
        }
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0;
        new IngestReport(to, follow.batches(), failures, unsent).print(screen, seconds, results);
        return failures.isEmpty() ? code(follow.batches()) : ExitCodes.DOCUMENTS_FAILED;
    }

    private void send(Connection to, Screen screen, Watch follow, Patience patience)
            throws IOException, InterruptedException {
        Limits limits = patience.insist(to.client()::limits);
        var ingestion = new Ingestion(to.client(), screen, follow, patience, batch.toMap(named.get(0)), password);
        sending = true;
        try {
            for (FailedDocument failed : ingestion.send(files, limits)) {
                failures.add(failed);
            }
        } catch (IOException e) {
            if (!follow.batches().isEmpty()) {
                screen.note("Not all files were sent. The batches accepted so far continue:");
                nextCommands(to, follow.batches()).forEach(screen::note);
            }
            throw e;
        }
        sending = false;
    }

    private static void await(Connection to, Screen screen, Watch follow) throws IOException, InterruptedException {
        try {
            follow.untilDone();
        } catch (IOException e) {
            screen.note("All documents were accepted. The service continues with them when it is available:");
            nextCommands(to, follow.batches()).forEach(screen::note);
            throw e;
        }
    }

    private void write(Connection to, Screen screen, List<Batch> batches, Patience patience)
            throws IOException, InterruptedException {
        if (results == null) {
            return;
        }
        try {
            for (Batch each : batches) {
                results.append(to.client(), each, embeddings, patience);
            }
            results.finish();
        } catch (IOException e) {
            screen.note("All documents are done, but the results were not written. To fetch them again:");
            batches.stream()
                    .limit(BATCHES_SHOWN)
                    .forEach(each -> screen.note("  " + to.command("results " + each.id() + " --out FILE")));
            throw e;
        }
    }

    @Override
    protected List<String> onInterrupt() {
        if (results != null) {
            results.close();
        }
        Connection to = connection;
        Watch follow = watch;
        return to == null || follow == null
                ? List.of("Interrupted; nothing was sent.")
                : new Departure(to, follow.batches(), sending).lines(cancelOnInterrupt);
    }
}
