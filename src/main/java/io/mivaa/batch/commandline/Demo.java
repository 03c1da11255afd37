package io.mivaa.batch.commandline;

import io.mivaa.batch.embedded.ZeroSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Shows a newcomer what the service does, with the profile {@code demo}: once the service is ready it is its own first
 * client. Whatever goes wrong is told in a sentence and leaves the service alone.
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
        PrintStream out = System.out;
        String root = root();
        try {
            var client = new ServiceClient(URI.create(root + "/api/v1"), apiKey());
            var demonstration =
                    new Demonstration(client, out, Terminal.of(Terminal.OUT, System.getenv()), Demo::uptime, settings);
            demonstration
                    .run(Sample.own())
                    .ifPresent(time -> out.printf(
                            Locale.ROOT,
                            "%nTime until the first job had succeeded: %.1f s after the start of the process.%n",
                            time.toMillis() / 1000.0));
        } catch (IOException | RuntimeException e) {
            log.warn("The demo has ended early; the service goes on. {}", sentence(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        out.print(signposts(root));
        out.flush();
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
                  API described   %1$s/swagger-ui.html
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

    private static Duration uptime() {
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    }
}
