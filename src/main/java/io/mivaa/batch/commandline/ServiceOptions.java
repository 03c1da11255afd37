package io.mivaa.batch.commandline;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command: which service to use, and how to print. */
final class ServiceOptions {

    @Option(
            names = "--server",
            paramLabel = "URL",
            converter = Server.class,
            order = 90,
            description = "The address of a running service, such as http://127.0.0.1:8080. Without it, the command"
                    + " starts the service and its servers in this process and stops them at its end. The API key"
                    + " comes from the environment variable MIVAA_API_KEY, because other users can see a command"
                    + " line.")
    @Nullable
    URI server;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            order = 91,
            description =
                    "The data folder of the service in this process (default: ./data). Only one process at a time can"
                            + " use it.")
    @Nullable
    Path data;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "10m",
            order = 92,
            description = "How long to retry while the service is busy or does not respond, such as 30s, 10m or 2h"
                    + " (default: ${DEFAULT-VALUE}).")
    Duration patience = Duration.ofMinutes(10);

    @Option(
            names = "--json",
            order = 93,
            description = "Print only the JSON of the service. Text for people goes to the standard error.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            order = 94,
            description = "Do not show progress.")
    boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 95,
            description = "Print this help.")
    boolean help;

    /** The base of the service's API. */
    static final class Server implements ITypeConverter<URI> {

        private static final String API = "/api/v1";

        @Override
        public URI convert(String value) {
            try {
                URI uri = new URI(value);
                String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
                if (!Set.of("http", "https").contains(scheme)
                        || uri.getHost() == null
                        || uri.getRawUserInfo() != null
                        || uri.getRawQuery() != null
                        || uri.getRawFragment() != null) {
                    throw new TypeConversionException("expected an address such as http://127.0.0.1:8080");
                }
                String root = value.replaceFirst("(?<!/)/++$", "");
                return URI.create(root.endsWith(API) ? root : root + API);
            } catch (URISyntaxException e) {
                throw new TypeConversionException("expected an address such as http://127.0.0.1:8080");
            }
        }
    }

    static final class Time implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,6})(s|m|h)");

        @Override
        public Duration convert(String value) {
            Matcher form = FORM.matcher(value);
            if (!form.matches()) {
                throw new TypeConversionException("expected a time such as 30s, 10m or 2h");
            }
            return Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
        }
    }
}
