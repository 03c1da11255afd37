package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The service that a command talks to, elsewhere or in this process, and what it prints to. */
final class Connection implements AutoCloseable {

    private final ServiceOptions options;
    private final Path data;
    private final @Nullable LocalService local;
    private final ServiceClient client;

    /** Starts the service if none is named. Keys are never taken from the command line, which others can see. */
    Connection(ServiceOptions options, Shell shell, Screen screen) throws LocalService.NotStarted {
        this.options = options;
        this.data = LocalService.directory(options.data, shell.environment());
        URI server = options.server;
        if (server == null) {
            if (!options.quiet) {
                screen.tell("Starting the service in this process, with its data in " + Printable.line(data.toString())
                        + " ...");
            }
            local = LocalService.start(data);
            server = local.api();
        } else {
            local = null;
        }
        String key = shell.environment().get("MIVAA_API_KEY");
        client = new ServiceClient(server, key == null || key.isBlank() ? null : key.strip());
    }

    ServiceClient client() {
        return client;
    }

    Patience patience() {
        return new Patience(options.patience);
    }

    boolean isLocal() {
        return local != null;
    }

    /** For people: where it is. */
    String place() {
        return isLocal() ? Printable.line(data.toString()) : String.valueOf(client.base());
    }

    /** For people: the command line that does this at the same service. */
    String command(String command) {
        return Commands.program() + " " + command
                + (options.server != null ? " --server " + quoted(root(options.server)) : "")
                + (options.data != null ? " --data " + quoted(options.data.toString()) : "");
    }

    /** As a shell takes it for one word. */
    static String quoted(String word) {
        String clean = Printable.line(word);
        return clean.matches("[\\w./:@%+=,~-]+") ? clean : "'" + clean.replace("'", "'\\''") + "'";
    }

    private static String root(URI api) {
        String text = api.toString();
        return text.substring(0, text.length() - "/api/v1".length());
    }

    @Override
    public void close() {
        if (local != null) {
            local.close();
        }
    }
}
