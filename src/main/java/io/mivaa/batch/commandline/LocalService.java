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
 * The service within this process, for as long as a command takes: with servers of its own, whatever servers are
 * configured, on a free port of this machine. Its log goes to a file. When the process is interrupted it ends by itself.
 */
final class LocalService implements AutoCloseable {

    /** The message is a sentence for the person at the terminal. */
    static final class NotStarted extends IOException {

        private static final long serialVersionUID = 1L;

        NotStarted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Servers that may be configured for the service; an empty value means an own one. */
    private static final List<String> SERVERS =
            List.of("spring.datasource.url", "spring.data.redis.url", "spring.data.redis.host");

    private final ConfigurableApplicationContext context;

    private LocalService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Where it keeps its data when nothing else is said. */
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
                // Its only client is this process; what it works on when it ends is begun again by the next one.
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
                        + "\nIf that is a service that runs already, use it: --server http://127.0.0.1:8080"
                        + " (its address and port). Otherwise choose another folder than " + data + " with --data.";
            }
            root = cause;
        }
        String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return "The service could not be started in this process: " + why + "\nMore stands in " + log + ".";
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/api/v1");
    }

    @Override
    public void close() {
        context.close();
    }
}
