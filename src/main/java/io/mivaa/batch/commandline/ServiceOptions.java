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

/** What every command can be told: which service, and how to print. */
final class ServiceOptions {

    @Option(
            names = "--server",
            paramLabel = "URL",
            converter = Server.class,
            order = 90,
            description = "A running service, such as http://127.0.0.1:8080. Without one the service is started in this"
                    + " process, with servers of its own, and ends with the command. An API key is read from"
                    + " MIVAA_API_KEY in the environment; it is no option, since everybody sees a command line.")
    @Nullable
    URI server;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            order = 91,
            description =
                    "Where the service in this process keeps its data (default: ./data). One process at a time can"
                            + " use it.")
    @Nullable
    Path data;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "10m",
            order = 92,
            description = "How long to go on when the service is busy or does not answer: 30s, 10m, 2h (default:"
                    + " ${DEFAULT-VALUE}).")
    Duration patience = Duration.ofMinutes(10);

    @Option(
            names = "--json",
            order = 93,
            description =
                    "Print the service's JSON and nothing else; everything for people goes to the standard error.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            order = 94,
            description = "Show no progress.")
    boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 95,
            description = "Print this help.")
    boolean help;

    /** The base of its API. */
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
                    throw new TypeConversionException("an address such as http://127.0.0.1:8080 is wanted");
                }
                String root = value.replaceFirst("/+$", "");
                return URI.create(root.endsWith(API) ? root : root + API);
            } catch (URISyntaxException e) {
                throw new TypeConversionException("an address such as http://127.0.0.1:8080 is wanted");
            }
        }
    }

    static final class Time implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,6})(s|m|h)");

        @Override
        public Duration convert(String value) {
            Matcher form = FORM.matcher(value);
            if (!form.matches()) {
                throw new TypeConversionException("a time such as 30s, 10m or 2h is wanted");
            }
            return Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
        }
    }
}
