package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ServiceClient.Seen;
import io.mivaa.batch.commandline.ingest.Failures;
import io.mivaa.batch.commandline.ingest.Watch;
import io.mivaa.batch.commandline.screen.Progress;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
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

/** A command that asks a service for something. */
abstract class ServiceCommand implements Callable<Integer> {

    /** Of more batches than these only the number is told. */
    protected static final int BATCHES_TOLD = 3;

    protected final Shell shell;

    @Mixin
    protected ServiceOptions service = new ServiceOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    ServiceCommand(Shell shell) {
        this.shell = shell;
    }

    /** Looks at the arguments, before anything is started. */
    protected void check() throws IOException {}

    /** Whether the standard output is for data. */
    protected boolean hasDataOnOut() {
        return service.json;
    }

    /** @return the exit code */
    protected abstract int run(Connection connection, Screen screen) throws IOException, InterruptedException;

    /** What is said when the process is interrupted; may also do something. */
    protected List<String> lastWords() {
        return List.of();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (service.server != null && service.data != null) {
            throw wrong("--data is for the service in this process; it does not go with --server.");
        }
        check();
        var screen = new Screen(shell, hasDataOnOut(), service.quiet);
        var interrupt = new Interrupt(() -> screen.lastWords(lastWords()));
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

    /** Whether every document has succeeded, as an exit code. */
    protected static int code(List<Batch> batches) {
        boolean all = batches.stream()
                .allMatch(batch -> batch.counts().succeeded() == batch.counts().total());
        return all ? ExitCodes.DONE : ExitCodes.DOCUMENTS_FAILED;
    }

    /** A batch as it is now. */
    protected static Seen batch(Connection connection, Patience patience, String id)
            throws IOException, InterruptedException {
        return patience.insist(() -> connection.client().batch(id, null, Duration.ZERO))
                .orElseThrow();
    }

    /** Follows a batch to its end and tells it. */
    protected int follow(Connection connection, Screen screen, String id) throws IOException, InterruptedException {
        Patience patience = connection.patience();
        var watch = new Watch(connection.client(), screen, patience);
        watch.add(batch(connection, patience, id));
        watch.untilDone();
        Seen end = watch.seen().get(0);
        if (service.json) {
            screen.data(end.json());
        } else {
            tell(connection, screen, end.batch(), patience);
        }
        return code(watch.batches());
    }

    /** A batch in some lines, with what failed. */
    protected static void tell(Connection connection, Screen screen, Batch batch, Patience patience)
            throws IOException, InterruptedException {
        String name = batch.name() == null ? "" : "  " + Printable.line(batch.name());
        screen.say("Batch " + batch.id() + "  " + batch.state() + name);
        screen.say(Progress.of(List.of(batch), 0, null).plain());
        var failures = new Failures();
        failures.addAll(connection.client(), batch, patience);
        failures.lines().forEach(screen::say);
        if (batch.terminal() && failures.mayPass()) {
            screen.say("Some of this may pass: " + connection.command("retry " + batch.id()));
        }
    }

    /** How to go on with batches that are not final, in a few lines. */
    protected static List<String> signposts(Connection connection, List<Batch> open) {
        var lines = new ArrayList<String>();
        open.stream().limit(BATCHES_TOLD).forEach(batch -> {
            lines.add("  follow  " + connection.command("status " + batch.id() + " --watch"));
            lines.add("  cancel  " + connection.command("cancel " + batch.id()));
        });
        if (open.size() > BATCHES_TOLD) {
            lines.add("  and " + (open.size() - BATCHES_TOLD) + " more: " + connection.command("status"));
        }
        return lines;
    }
}
