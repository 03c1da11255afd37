package io.mivaa.batch.commandline;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.embedded.EmbeddedServerFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The service in this process, for the duration of a command. It ignores configured servers and starts its own, and
 * listens on a free port of 127.0.0.1. Its log goes to a file. It also stops when the process is interrupted.
 */
final class LocalService implements AutoCloseable {

    /** The message is for the person at the terminal. */
    static final class NotStarted extends IOException {

        private static final long serialVersionUID = 1L;

        NotStarted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Settings that name servers. With an empty value the service starts its own. */
    private static final List<String> SERVERS =
            List.of("spring.datasource.url", "spring.data.redis.url", "spring.data.redis.host");

    private final ConfigurableApplicationContext context;

    private LocalService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** The data folder: the named one, or else the one of the environment, or else {@code ./data}. */
    static Path directory(@Nullable Path named, Map<String, String> environment) {
        return named != null ? named : Path.of(environment.getOrDefault("MIVAA_EMBEDDED_DIRECTORY", "./data"));
    }

    /** Returns when it is ready. */
    static LocalService start(Path data) throws NotStarted {
        Path log = data.resolve("commandline.log");
        var arguments = new ArrayList<String>();
        SERVERS.forEach(server -> arguments.add("--" + server + "="));
        arguments.addAll(List.of(
                "--mivaa.embedded.enabled=true",
                "--mivaa.embedded.directory=" + data,
                "--server.address=127.0.0.1",
                "--server.port=0",
                // This process is the only client. The next service on the folder restarts the jobs that were running.
                "--server.shutdown=immediate",
                "--mivaa.worker.drain=1s",
                "--spring.main.banner-mode=off",
                "--logging.threshold.console=off",
                "--logging.file.name=" + log));
        try {
            return new LocalService(
                    SpringApplication.run(MivaaBatchApplication.class, arguments.toArray(String[]::new)));
        } catch (RuntimeException e) {
            throw new NotStarted(sentence(e, data, log), e);
        }
    }

    private static String sentence(RuntimeException failure, Path data, Path log) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EmbeddedServerFailure embedded) {
                return "The service could not be started in this process: " + embedded.getMessage()
                        + "\nIf that process is a running service, use it with --server http://127.0.0.1:8080"
                        + " (its address and port). Otherwise choose a folder other than " + data + " with --data.";
            }
            root = cause;
        }
        String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return "The service could not be started in this process: " + why + "\nSee " + log + " for details.";
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/api/v1");
    }

    @Override
    public void close() {
        context.close();
    }
}
