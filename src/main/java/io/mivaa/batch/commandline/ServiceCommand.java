package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ServiceClient.Seen;
import io.mivaa.batch.commandline.ingest.Failures;
import io.mivaa.batch.commandline.ingest.Watch;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import io.mivaa.batch.commandline.screen.TotalProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that uses a service. */
abstract class ServiceCommand implements Callable<Integer> {

    /** Of more batches than these, only the number is printed. */
    protected static final int BATCHES_SHOWN = 3;

    protected final Shell shell;

    @Mixin
    protected ServiceOptions service = new ServiceOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    ServiceCommand(Shell shell) {
        this.shell = shell;
    }

    /** Checks the arguments before anything is started. */
    protected void check() throws IOException {}

    /** Whether the standard output is reserved for data. */
    protected boolean hasDataOnOut() {
        return service.json;
    }

    /** @return the exit code */
    protected abstract int run(Connection connection, Screen screen) throws IOException, InterruptedException;

    /** Called when the process is interrupted. May also act. Returns the lines to print. */
    protected List<String> onInterrupt() {
        return List.of();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (service.server != null && service.data != null) {
            throw wrong("--data and --server cannot be combined: --data is for the service in this process.");
        }
        check();
        var screen = new Screen(shell, hasDataOnOut(), service.quiet);
        var interrupt = new Interrupt(() -> screen.printLast(onInterrupt()));
        try (Connection connection = new Connection(service, shell, screen)) {
            int code = run(connection, screen);
            screen.finish();
            return code;
        } catch (IOException | RuntimeException e) {
            if (interrupt.hasBegun()) {
                return ExitCodes.INTERRUPTED;
            }
            throw e;
        } finally {
            interrupt.close();
        }
    }

    protected ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }

    /** The exit code that says whether all documents succeeded. */
    protected static int code(List<Batch> batches) {
        boolean all = batches.stream()
                .allMatch(batch -> batch.counts().succeeded() == batch.counts().total());
        return all ? ExitCodes.DONE : ExitCodes.DOCUMENTS_FAILED;
    }

    /** The current state of a batch. */
    protected static Seen batch(Connection connection, Patience patience, String id)
            throws IOException, InterruptedException {
        return patience.insist(() -> connection.client().batch(id, null, Duration.ZERO))
                .orElseThrow();
    }

    /** Follows a batch to its end and prints it. */
    protected int follow(Connection connection, Screen screen, String id) throws IOException, InterruptedException {
        Patience patience = connection.patience();
        var watch = new Watch(connection.client(), screen, patience);
        watch.add(batch(connection, patience, id));
        watch.untilDone();
        Seen end = watch.seen().get(0);
        if (service.json) {
            screen.data(end.json());
        } else {
            printBatch(connection, screen, end.batch(), patience);
        }
        return code(watch.batches());
    }

    /** Prints a batch in a few lines, with its failures. */
    protected static void printBatch(Connection connection, Screen screen, Batch batch, Patience patience)
            throws IOException, InterruptedException {
        String name = batch.name() == null ? "" : "  " + Printable.line(batch.name());
        screen.print("Batch " + batch.id() + "  " + batch.state() + name);
        screen.print(TotalProgress.of(List.of(batch), 0, null).plain());
        var failures = new Failures();
        failures.addAll(connection.client(), batch, patience);
        failures.lines().forEach(screen::print);
        if (batch.terminal() && failures.mayPass()) {
            screen.print("A retry may help: " + connection.command("retry " + batch.id()));
        }
    }

    /** The commands with which a user continues with batches that are not final. */
    protected static List<String> nextCommands(Connection connection, List<Batch> open) {
        var lines = new ArrayList<String>();
        open.stream().limit(BATCHES_SHOWN).forEach(batch -> {
            lines.add("  follow  " + connection.command("status " + batch.id() + " --watch"));
            lines.add("  cancel  " + connection.command("cancel " + batch.id()));
        });
        if (open.size() > BATCHES_SHOWN) {
            lines.add("  and " + (open.size() - BATCHES_SHOWN) + " more: " + connection.command("status"));
        }
        return lines;
    }
}
