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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** From files to results. */
@Command(
        name = "ingest",
        sortOptions = true,
        header = "Turn files into RAG-ready data.",
        description = {
            "",
            "Sends the files, and all in the folders, to the service as a batch (or several, when they are too much for"
                    + " one), shows how far it is, and tells what failed and why. Hidden files and links in folders are"
                    + " passed over.",
            ""
        })
final class IngestCommand extends ServiceCommand {

    enum Priority {
        CRITICAL,
        HIGH,
        NORMAL,
        LOW;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "FILE|FOLDER", arity = "1..*", description = "What to ingest.")
    List<Path> named = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            order = 1,
            description = "Write the results there, a JSON object on a line for each document that succeeded; - is the"
                    + " standard output. The file appears when it is complete.")
    @Nullable
    String out;

    @Option(names = "--embeddings", order = 2, description = "Write the vectors too.")
    boolean embeddings;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            order = 3,
            description =
                    "Only files with such a name, like '*.pdf'; with a slash, such a path below the folder. May be"
                            + " repeated.")
    List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            order = 4,
            description = "No such files or folders. May be repeated.")
    List<String> exclude = List.of();

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            order = 5,
            description = "Name of the batch (default: of the first file or folder).")
    @Nullable
    String name;

    @Option(names = "--tag", paramLabel = "TEXT", order = 6, description = "To search by. May be repeated.")
    List<String> tags = List.of();

    @Option(names = "--priority", paramLabel = "P", order = 7, description = "${COMPLETION-CANDIDATES}.")
    @Nullable
    Priority priority;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            order = 8,
            description = "The chunker, such as structure or page.")
    @Nullable
    String strategy;

    @Option(names = "--max-tokens", paramLabel = "N", order = 9, description = "Most tokens of a chunk.")
    @Nullable
    Integer maxTokens;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            order = 10,
            description =
                    "Its first line opens whichever PDF or Office document is protected; - is the standard input.")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--cancel-on-interrupt",
            order = 11,
            description = "With --server: Ctrl-C cancels the batch. Otherwise it goes on without this command.")
    boolean cancelOnInterrupt;

    /** All that is done at an interrupt is done in this time: there is no second one. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private List<Selection.Found> files = List.of();
    private List<FailedDocument> unreadable = List.of();
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
            throw wrong("--json and --out - both want the standard output.");
        }
        if (cancelOnInterrupt && service.server == null) {
            throw wrong("--cancel-on-interrupt goes with --server.");
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
            unreadable = selection.unreadable();
        } catch (NoSuchFileException e) {
            throw wrong("There is no " + Printable.line(String.valueOf(e.getFile())) + ".");
        } catch (IllegalArgumentException e) {
            throw wrong("--include or --exclude is no glob: " + Printable.line(String.valueOf(e.getMessage())));
        }
        if (files.isEmpty() && unreadable.isEmpty()) {
            throw wrong("There are no files to ingest; hidden files and links in folders are passed over.");
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
        var work = new Ingestion(to.client(), screen, follow, patience, options(), password);
        connection = to;
        watch = follow;

        var failures = new Failures();
        unreadable.forEach(failures::add);
        Limits limits = patience.insist(to.client()::limits);
        sending = true;
        try {
            work.send(files, limits).forEach(failures::add);
        } catch (IOException e) {
            if (!follow.batches().isEmpty()) {
                screen.tell("Not all was sent; what was accepted before goes on.");
                signposts(to, follow.batches()).forEach(screen::tell);
            }
            throw e;
        }
        sending = false;
        try {
            follow.untilDone();
        } catch (IOException e) {
            screen.tell("All was accepted, and goes on when the service does.");
            signposts(to, follow.batches()).forEach(screen::tell);
            throw e;
        }
        try {
            write(to, follow.batches(), patience);
        } catch (IOException e) {
            screen.tell("All was worked on, but the results were not written. They are still there:");
            follow.batches().stream()
                    .limit(BATCHES_TOLD)
                    .forEach(batch -> screen.tell("  " + to.command("results " + batch.id() + " --out FILE")));
            throw e;
        }
        tell(to, screen, failures, patience, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0);
        return failures.isEmpty() ? code(follow.batches()) : ExitCodes.DOCUMENTS_FAILED;
    }

    private void write(Connection to, List<Batch> batches, Patience patience) throws IOException, InterruptedException {
        if (results != null) {
            for (Batch batch : batches) {
                results.append(to.client(), batch, embeddings, patience);
            }
            results.finish();
        }
    }

    private void tell(Connection to, Screen screen, Failures failures, Patience patience, double seconds)
            throws IOException, InterruptedException {
        List<Seen> ends = watch == null ? List.of() : watch.seen();
        int succeeded = 0;
        int total = failures.count();
        int cancelled = 0;
        for (Seen end : ends) {
            if (service.json) {
                screen.data(end.json());
            }
            succeeded += end.batch().counts().succeeded();
            cancelled += end.batch().counts().cancelled();
            total += end.batch().counts().total();
            failures.addAll(to.client(), end.batch(), patience);
        }
        screen.say("%d of %s succeeded%s%s in %s."
                .formatted(
                        succeeded,
                        Printable.count(total, "document"),
                        failures.isEmpty() ? "" : ", " + failures.count() + " failed",
                        cancelled == 0 ? "" : ", " + cancelled + " cancelled",
                        Printable.duration(seconds)));
        failures.lines().forEach(screen::say);
        ends.stream()
                .limit(BATCHES_TOLD)
                .forEach(end -> screen.say("Batch " + end.batch().id()
                        + (failures.mayPass() && end.batch().counts().dead() > 0
                                ? "; some of what failed may pass: "
                                        + to.command("retry " + end.batch().id())
                                : "")));
        if (ends.size() > BATCHES_TOLD) {
            screen.say("and " + (ends.size() - BATCHES_TOLD) + " more: " + to.command("status"));
        }
        if (results != null && out != null) {
            screen.say("Results of " + Printable.count(results.lines(), "document") + " in " + Printable.line(out));
        }
        if (succeeded > 0) {
            screen.say("Ask:  " + to.command("search \"...\""));
        }
    }

    private Map<String, Object> options() {
        var chunking = new LinkedHashMap<String, Object>();
        if (strategy != null) {
            chunking.put("strategy", strategy);
        }
        if (maxTokens != null) {
            chunking.put("maxTokens", maxTokens);
        }
        var options = new LinkedHashMap<String, Object>();
        options.put("name", name == null ? nameOf(named.get(0)) : name);
        if (!tags.isEmpty()) {
            options.put("tags", tags);
        }
        if (priority != null) {
            options.put("priority", priority.toString());
        }
        if (!chunking.isEmpty()) {
            options.put("chunking", chunking);
        }
        return options;
    }

    /** Also of {@code .} and {@code ..}; at most as long as the service takes it. */
    private static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? "files" : Printable.fit(Printable.line(last.toString()), 100);
    }

    @Override
    protected List<String> lastWords() {
        if (results != null) {
            results.close();
        }
        Connection to = connection;
        Watch follow = watch;
        if (to == null || follow == null) {
            return List.of("Interrupted; nothing was sent.");
        }
        var lines = new ArrayList<String>();
        List<Batch> batches = follow.batches();
        List<Batch> open = batches.stream().filter(batch -> !batch.terminal()).toList();
        if (!open.isEmpty() && cancelOnInterrupt) {
            long end = System.nanoTime() + LAST_WORDS.toNanos();
            open.forEach(batch -> lines.add(cancel(to, batch, Duration.ofNanos(end - System.nanoTime()))));
        } else if (!open.isEmpty()) {
            lines.add(
                    to.isLocal()
                            ? "Stopped. What was accepted is kept in " + to.place()
                                    + "; it goes on with the next command there."
                            : "Detached. The batch goes on at " + to.place() + ".");
            lines.addAll(signposts(to, open));
        } else if (batches.isEmpty()) {
            lines.add("Interrupted; no batch was accepted so far.");
        }
        if (sending) {
            lines.add("Not all files were sent. Whether the request under way was accepted, this tells:");
            lines.add("  " + to.command("status"));
        }
        return lines;
    }

    private static String cancel(Connection to, Batch batch, Duration limit) {
        try {
            if (limit.isNegative() || limit.isZero()) {
                throw new IOException("the service takes too long");
            }
            to.client().cancel(batch.id(), limit);
            return "Cancelled batch " + batch.id() + ".";
        } catch (IOException e) {
            return "Batch " + batch.id() + " was perhaps not cancelled: "
                    + Printable.line(String.valueOf(e.getMessage())) + "\n  cancel  "
                    + to.command("cancel " + batch.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "Batch " + batch.id() + " was perhaps not cancelled.";
        }
    }
}
