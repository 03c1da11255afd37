package io.mivaa.batch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the page, as a browser is given them. What it does with them: {@code DashboardBrowser}. */
class DashboardTests extends RunningService {

    private static final Path FILES = Path.of("src", "main", "resources", "static");
    private static final Pattern NAMED =
            Pattern.compile("(?:href|src)=\"([a-z0-9./-]+)\"|(?:from|import\\() ?'([^']+)'", Pattern.CASE_INSENSITIVE);

    /** Whatever could turn a file name or a document into markup or script. */
    private static final Pattern PARSES = Pattern.compile(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|createContextualFragment|setHTML|DOMParser|srcdoc="
                    + "|\\beval\\(|new Function|set(?:Timeout|Interval)\\(['\"]|javascript:|\\son[a-z]+=\"|\\sstyle=\"",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern ELSEWHERE = Pattern.compile("(?:https?:)?//[a-z0-9]", Pattern.CASE_INSENSITIVE);

    @Test
    void everyFileSaysThatNothingElseMayBeLoaded() throws IOException {
        for (String path : paths()) {
            Api.Response answer = api.get("/" + path);

            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.header("Content-Security-Policy"))
                    .as(path)
                    .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "trusted-types 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).as(path).isEqualTo("no-referrer");
            assertThat(answer.header("Content-Type")).as(path).startsWith(type(path));
        }
    }

    @Test
    void aFileIsAskedForAgainAndNotSentAgain() throws IOException {
        for (String path : paths()) {
            Api.Response first = api.get("/" + path);

            assertThat(first.header("Cache-Control")).as(path).isEqualTo("no-cache");
            assertThat(first.header("Last-Modified")).as(path).isEmpty();
            assertThat(api.get("/" + path, "If-None-Match", first.header("ETag"))
                            .status())
                    .as(path)
                    .isEqualTo(304);
            assertThat(api.get("/" + path, "If-None-Match", "\"another\"").status())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    @Test
    void whatAFileNamesIsThere() throws IOException {
        for (Path file : files()) {
            List<String> names = NAMED.matcher(Files.readString(file))
                    .results()
                    .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                    .filter(name -> !name.startsWith("swagger-ui") && !name.startsWith("actuator"))
                    .toList();
            for (String name : names) {
                String path =
                        FILES.relativize(file.resolveSibling(name).normalize()).toString();
                assertThat(api.get("//" + path.replace('\\', '/')).status())
                        .as("%s, which %s names", path, file)
                        .isEqualTo(200);
            }
        }
        assertThat(api.get("//swagger-ui.html").status()).isLessThan(400);
    }

    @Test
    void noFileReachesOutsideOrParsesMarkup() throws IOException {
        for (Path file : files()) {
            String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");

            assertThat(PARSES.matcher(text).results().map(match -> match.group()))
                    .as(file.toString())
                    .isEmpty();
            assertThat(ELSEWHERE.matcher(text).results().map(match -> match.group()))
                    .as(file.toString())
                    .isEmpty();
        }
    }

    @Test
    void theApiKeepsItsOwnHeaders() {
        assertThat(api.get("/limits").header("Content-Security-Policy")).isEmpty();
        assertThat(api.get("//dashboard/nothing.js").status()).isEqualTo(404);
    }

    /** Each with the slash that {@link Api} takes off. */
    private static List<String> paths() throws IOException {
        return Stream.concat(
                        Stream.of("/", "/webjars/uplot/1.6.30/dist/uPlot.esm.js"),
                        files().stream()
                                .map(file ->
                                        "/" + FILES.relativize(file).toString().replace('\\', '/')))
                .toList();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(FILES)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String type(String path) {
        return path.endsWith(".js")
                ? "text/javascript"
                : path.endsWith(".css") ? "text/css" : path.endsWith(".svg") ? "image/svg+xml" : "text/html";
    }
}
