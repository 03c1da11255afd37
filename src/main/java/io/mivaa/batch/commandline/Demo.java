package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.screen.Shell;
import io.mivaa.batch.embedded.ZeroSetup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Shows newcomers what the service does. With the profile {@code demo}, the service is its own first client as soon as it
 * is ready. A failure of the demo is logged in one sentence and does not affect the service.
 */
@Component
@Profile("demo")
class Demo {

    private static final Logger log = LoggerFactory.getLogger(Demo.class);

    private final DemoSettings settings;
    private final Environment environment;
    private final ZeroSetup zeroSetup;

    Demo(DemoSettings settings, Environment environment, ZeroSetup zeroSetup) {
        this.settings = settings;
        this.environment = environment;
        this.zeroSetup = zeroSetup;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        var thread = new Thread(this::run, "demo");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        String root = root();
        try {
            demonstrate(new ServiceClient(URI.create(root + "/api/v1"), apiKey()));
        } catch (IOException | RuntimeException e) {
            log.warn("The demo ended early; the service keeps running. {}", sentence(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        System.out.print(signposts(root));
        System.out.flush();
    }

    private void demonstrate(ServiceClient client) throws IOException, InterruptedException {
        Shell shell = Shell.ofThisProcess().withOneOutput();
        Path folder = Files.createTempDirectory("mivaa-demo");
        try {
            new Demonstration(client, shell, settings)
                    .run(DemoDocuments.copyTo(folder))
                    .ifPresent(Demo::printTimeToFirstSuccess);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static void printTimeToFirstSuccess(Instant firstSuccess) {
        Instant start =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        System.out.printf(
                Locale.ROOT,
                "%nTime until the first job succeeded: %.1f s after the start of the process.%n",
                Duration.between(start, firstSuccess).toMillis() / 1000.0);
    }

    private String signposts(String root) {
        String servers = zeroSetup.postgres() || zeroSetup.redis()
                ? "  Data            " + zeroSetup.directory() + " (zero set-up"
                        + (zeroSetup.postgres() ? ", own PostgreSQL" : "")
                        + (zeroSetup.redis() ? ", own Redis" : "") + ")\n"
                : "";
        return """

                The service stays up; stop it with Ctrl-C.
                  API             %1$s/api/v1
                  API reference   %1$s/swagger-ui.html
                  Health          %1$s/actuator/health
                  Prometheus      %1$s/actuator/prometheus
                """.formatted(root) + servers;
    }

    private String root() {
        String address = environment.getProperty("server.address", "127.0.0.1");
        String host = address.equals("0.0.0.0") ? "127.0.0.1" : address;
        return "http://" + host + ":" + environment.getProperty("local.server.port", "8080")
                + environment.getProperty("server.servlet.context-path", "");
    }

    private @Nullable String apiKey() {
        return settings.apiKey() != null ? settings.apiKey() : environment.getProperty("MIVAA_API_KEY");
    }

    private static String sentence(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
