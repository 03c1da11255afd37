package io.mivaa.batch.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mivaa.batch.testkit.RealServers;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs what the documents tell people to run, against the real application. Blocks marked {@code <!-- run -->} are run
 * in one shell, in their order; a JSON block marked {@code <!-- prints -->} has the fields of what the block before it
 * printed. What is marked {@code <!-- run expecting a problem -->} prints just what is shown.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class DocumentationExamplesTests {

    private static final String ADDRESS = "http://127.0.0.1:8080";
    private static final String RUN = "run";
    private static final String RUN_EXPECTING_A_PROBLEM = "run expecting a problem";
    private static final Pattern VARIABLE = Pattern.compile("(?m)^(\\w+)=");
    private static final Pattern CURL_THAT_MUST_SUCCEED = Pattern.compile("\\bcurl (?!-f)");
    private static final long SECONDS = 180;

    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    private int port;

    @TempDir
    private Path folder;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @BeforeEach
    void theFilesThatExamplesSend() throws IOException {
        Files.writeString(folder.resolve("notes.md"), """
                # Concrete

                Fresh concrete must be kept moist for at least three days.
                """);
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage();
            pdf.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
                write(content, FontName.HELVETICA_BOLD, 20, 720, "Curing");
                write(content, FontName.HELVETICA, 11, 680, "In cold weather concrete hardens slowly.");
            }
            pdf.save(folder.resolve("report.pdf").toFile());
        }
    }

    private static void write(PDPageContentStream content, FontName font, int size, int y, String text)
            throws IOException {
        content.beginText();
        content.setFont(new PDType1Font(font), size);
        content.newLineAtOffset(72, y);
        content.showText(text);
        content.endText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/api.md"})
    void run(String name) throws Exception {
        Markdown document = Markdown.of(name);

        runAll(document);

        List<Markdown.Block> blocks = document.blocks();
        for (int i = 1; i < blocks.size(); i++) {
            if (blocks.get(i).marker().equals("prints")) {
                compare(name, blocks.get(i - 1), blocks.get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/api.md"})
    void failWhereTheServiceRefuses(String name) {
        assertThat(Markdown.of(name).blocks())
                .filteredOn(block -> block.marker().equals(RUN))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(block.text())
                        .as(name + ":" + block.line())
                        .doesNotContainPattern(CURL_THAT_MUST_SUCCEED));
    }

    @Test
    void nameEveryMeterOfARunningServiceAndNoOther() throws Exception {
        runAll(Markdown.of("README.md"));
        HttpRequest scrape = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/prometheus"))
                .build();
        String meters =
                HttpClient.newHttpClient().send(scrape, BodyHandlers.ofString()).body();
        Set<String> registered = Pattern.compile("(?m)^# TYPE (mivaa_\\w+)")
                .matcher(meters)
                .results()
                .map(type -> type.group(1))
                .filter(meter -> !meter.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> documented = new TreeSet<>();
        Markdown.of("docs/operations.md").rows("mivaa_").forEach(row -> documented.add(row.get(0)));
        assertThat(documented).isEqualTo(registered);
    }

    private void runAll(Markdown document) throws Exception {
        assumeTrue(isThere("bash") && isThere("curl"), "The examples need bash and curl, which are not there.");
        Path script = folder.resolve("examples.sh");
        Files.writeString(script, script(document));
        Path said = folder.resolve("said.txt");
        Process shell = new ProcessBuilder("bash", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = shell.waitFor(SECONDS, TimeUnit.SECONDS);
        shell.destroyForcibly();

        assertThat(ended)
                .as("ended within %s s: %s", SECONDS, Files.readString(said))
                .isTrue();
        assertThat(shell.exitValue()).as(Files.readString(said)).isZero();
    }

    private String script(Markdown document) {
        StringBuilder script = new StringBuilder("set -euo pipefail\n");
        for (Markdown.Block block : document.blocks()) {
            if (block.marker().equals(RUN) || block.marker().equals(RUN_EXPECTING_A_PROBLEM)) {
                script.append("echo '")
                        .append(document.name())
                        .append(':')
                        .append(block.line())
                        .append("' >&2\nexec >'")
                        .append(printed(block))
                        .append("'\n")
                        .append(block.text().replace(ADDRESS, "http://127.0.0.1:" + port))
                        .append('\n');
                VARIABLE.matcher(block.text()).results().forEach(variable -> script.append(isAnId(variable.group(1))));
            }
        }
        return script.toString();
    }

    /** A word without white space and brackets: an id or an address, and not a whole answer that sed left as it was. */
    private static String isAnId(String variable) {
        return "[[ $%1$s =~ ^[-a-zA-Z0-9:/.]+$ ]] || { echo \"%1$s is no id: $%1$s\" >&2; exit 1; }\n"
                .formatted(variable);
    }

    private Path printed(Markdown.Block block) {
        return folder.resolve("printed-" + block.line() + ".json");
    }

    private void compare(String name, Markdown.Block run, Markdown.Block shown) throws IOException {
        String at = name + ":" + shown.line();
        JsonNode documented = JSON.readTree(shown.text());
        JsonNode actual = JSON.readTree(Files.readString(printed(run)));
        if (run.marker().equals(RUN_EXPECTING_A_PROBLEM)) {
            assertThat(actual).as(at).isEqualTo(documented);
        } else {
            haveTheSameFields(at, documented, actual);
        }
    }

    /** Null stands for any value, and the first item of a list for all. */
    private static void haveTheSameFields(String at, JsonNode documented, JsonNode actual) {
        if (documented.isNull() || actual.isNull()) {
            return;
        }
        assertThat(actual.getNodeType()).as(at).isEqualTo(documented.getNodeType());
        assertThat(actual.propertyNames()).as(at).containsExactlyInAnyOrderElementsOf(documented.propertyNames());
        documented
                .properties()
                .forEach(field ->
                        haveTheSameFields(at + "/" + field.getKey(), field.getValue(), actual.get(field.getKey())));
        if (documented.isArray() && !documented.isEmpty() && !actual.isEmpty()) {
            haveTheSameFields(at + "/0", documented.get(0), actual.get(0));
        }
    }

    private static boolean isThere(String program) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
