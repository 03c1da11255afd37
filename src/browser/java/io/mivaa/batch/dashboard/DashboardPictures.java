package io.mivaa.batch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ScreenshotType;
import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Receiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes screenshots of every view while the service processes sample documents of a building materials dealer. Each view
 * gets one picture with four screenshots: wide and narrow, light and dark. {@code -Dmivaa.screenshots=docs/images} sets
 * the target folder.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mivaa.worker.concurrency=2",
            "mivaa.worker.drain=1s",
            "mivaa.webhooks.secret=" + Receiver.SECRET,
            "mivaa.webhooks.allow-http=true",
            "mivaa.webhooks.allowed-targets=127.0.0.1"
        })
@EnabledIfSystemProperty(named = "mivaa.screenshots", matches = ".+")
class DashboardPictures {

    private static final String QUERY = "Which floor stays safe to walk on when it is wet?";
    private static final int WIDE = 1280;
    private static final int NARROW = 375;
    private static final int HEIGHT = 860;

    /** The largest picture that the documentation may contain. */
    private static final int MAX_BYTES = 250_000;

    @Autowired
    private JdbcClient jdbc;

    private Api api = new Api(0);
    private String home = "";

    /**
     * A view to draw.
     *
     * @param ready a selector that matches once the view has loaded
     * @param before runs on the page before the screenshot
     */
    private record View(String name, String hash, String ready, Consumer<Page> before) {

        View(String name, String hash, String ready) {
            this(name, hash, ready, page -> {});
        }
    }

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @Test
    void everyViewWideAndNarrowLightAndDark(@LocalServerPort int port) throws IOException {
        Optional<Path> program = Chromium.program();
        Assumptions.assumeTrue(program.isPresent(), "Chromium is not installed.");
        api = new Api(port);
        home = "http://127.0.0.1:" + port + "/";
        Path folder = Files.createDirectories(Path.of(System.getProperty("mivaa.screenshots")));
        try (Receiver receiver = new Receiver();
                Chromium chromium = Chromium.start(program.orElseThrow())) {
            String samples = finished(samples());
            String archive = finished(archive(receiver));
            past();
            // The search time shown is realistic only while nothing else uses the processors.
            for (View view : ended(samples, archive)) {
                draw(chromium.browser(), view, folder);
            }
            for (View view : atWork(work())) {
                draw(chromium.browser(), view, folder);
            }
        } finally {
            api.get("/batches?limit=200")
                    .json()
                    .path("items")
                    .forEach(batch -> api.act("/batches/" + batch.path("id").asString() + "/cancel"));
        }
    }

    /** Waits long enough for a busy machine. */
    private String finished(String batch) {
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> api.get("/batches/" + batch + "?wait=5")
                .json()
                .path("terminal")
                .asBoolean());
        return batch;
    }

    private List<View> ended(String samples, String archive) {
        String sheet = api.jobNamed(samples, "porcelain-stoneware-basalto-60.pdf");
        return List.of(
                new View("failures", "#/batches/" + archive, ".deliveries tbody tr"),
                new View("document", "#/jobs/" + sheet, ".piece", DashboardPictures::chooseChunk),
                new View("failure", "#/jobs/" + api.jobNamed(archive, "supplier-contract.pdf"), ".attempts li"),
                new View("dead-letters", "#/dead-letters", ".letters tbody tr"),
                new View("search", "#/search?q=" + QUERY.replace(" ", "+").replace("?", "%3F"), ".hit"),
                new View("upload", "#/upload", ".drop", DashboardPictures::chooseFiles));
    }

    private static List<View> atWork(String manuals) {
        return List.of(
                new View("overview", "#/", ".uplot"),
                new View("batches", "#/batches", ".batches tbody tr"),
                new View("batch", "#/batches/" + manuals, ".jobs tbody tr"));
    }

    private String samples() throws IOException {
        Form form = new Form();
        for (String name : List.of(
                "acoustic-panel-silentio.mivaa.json",
                "aluminium-alloys-for-extrusion.pdf",
                "curing-of-concrete.md",
                "engineered-oak-flooring.pdf",
                "insulation-materials-compared.md",
                "porcelain-stoneware-basalto-60.pdf",
                "stainless-steel-grades.html",
                "types-of-glass.txt")) {
            try (var content = Objects.requireNonNull(getClass().getResourceAsStream("/demo/" + name))) {
                form.file(name, null, content.readAllBytes());
            }
        }
        return api.post(form.field("options", "{\"name\": \"Technical library\", \"tags\": [\"library\"]}")).id();
    }

    /** With unreadable documents, and a webhook with a successful, a failed and a retried delivery. */
    private String archive(Receiver receiver) throws IOException {
        receiver.answers(204).answers(410).answers(503, Map.of("Retry-After", "7200"));
        Form form = new Form();
        for (int i = 0; i < 24; i++) {
            form.file(Catalogue.filename(i), Catalogue.sheet(i, 2));
        }
        byte[] damaged = "%PDF-1.7\nno more of it came".getBytes(StandardCharsets.US_ASCII);
        form.file("supplier-contract.pdf", null, encrypted());
        form.file("price-list-2019.pdf", null, encrypted());
        form.file("scan-of-delivery-note.pdf", null, damaged);
        form.file("notes.txt", "");
        String url = receiver.url().replaceFirst("/hook.*", "/hooks/catalogue");
        return api.post(form.field(
                        "options",
                        "{\"name\": \"Supplier archive 2019–2024\", \"tags\": [\"archive\", \"suppliers\"], \"webhookUrl\": \""
                                + url + "\"}"))
                .id();
    }

    private static byte[] encrypted() throws IOException {
        try (PDDocument document = new PDDocument();
                ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            document.addPage(new PDPage());
            document.protect(new StandardProtectionPolicy("owner", "reader", new AccessPermission()));
            document.save(bytes);
            return bytes.toByteArray();
        }
    }

    /** Inserts an hour of history for the chart. */
    private void past() {
        jdbc.sql("""
                        with hour as (
                            select to_timestamp(floor(extract(epoch from now()) / 10) * 10 - 10 * i) as at, i,
                                   0.7 + 0.5 * sin(i / 41.0) + 0.2 * sin(i / 6.0) as busy
                              from generate_series(3, 360) i),
                        times as (
                            insert into sampled (at) select at from hour on conflict do nothing returning at)
                        insert into sample (at, workspace, succeeded, dead, queued, running, retrying,
                                            oldest_queued_seconds)
                        select at, 'default', round(busy * 7) + i % 3, case when i % 47 = 0 then 2 else 0 end,
                               greatest(0, round(busy * 260 - 40)) + i * 7 % 11, 2,
                               case when i % 90 < 12 then 3 else 0 end, busy * 40
                          from hour natural join times
                        """).update();
    }

    /**
     * Batches in every state that is not final. Some run until all screenshots are taken.
     *
     * @return the largest
     */
    private String work() {
        String prices = post("{\"name\": \"Price lists\", \"priority\": \"low\"}", 600, 24, 2);
        api.act("/batches/" + prices + "/pause");
        post("{\"name\": \"Nightly import\", \"scheduledAt\": \"%s\"}".formatted(Instant.now().plus(Duration.ofHours(7))),
                700, 60, 2);
        String manuals = post(
                "{\"name\": \"Installation manuals, spring\", \"tags\": [\"manuals\", \"2026\"]}", 100, 160, 20);
        post("{\"name\": \"Warranty terms\", \"after\": [\"" + manuals + "\"]}", 800, 30, 2);
        post("{\"name\": \"Data sheets of the second supplier\", \"tags\": [\"suppliers\"], \"priority\": \"high\"}",
                300, 120, 20);
        String urgent = post("{\"name\": \"Recalls\", \"priority\": \"critical\"}", 900, 6, 2);
        finished(urgent);
        finished(post("{\"priority\": \"critical\"}", 910, 12, 2));
        return manuals;
    }

    private String post(String options, int first, int count, int chapters) {
        List<JsonNode> documents = IntStream.range(first, first + count)
                .<JsonNode>mapToObj(i -> JsonMapper.shared()
                        .createObjectNode()
                        .put("filename", Catalogue.filename(i))
                        .put("text", Catalogue.sheet(i, chapters)))
                .toList();
        return api.post(
                        "/batches",
                        "{\"options\": " + options + ", \"documents\": "
                                + documents.stream().map(JsonNode::toString).collect(Collectors.joining(",", "[", "]"))
                                + "}")
                .id();
    }

    private static void chooseChunk(Page page) {
        page.locator("button.chunk").nth(1).click();
        page.mouse().move(0, 0);
        page.evaluate("window.scrollTo(0, innerWidth < 820 ? document.querySelector('.reader').offsetTop - 12 : 0)");
    }

    private static void chooseFiles(Page page) {
        page.locator("#files")
                .setInputFiles(IntStream.range(0, 5)
                        .mapToObj(i -> new FilePayload(
                                Catalogue.filename(40 + i),
                                "text/markdown",
                                Catalogue.sheet(40 + i, 6 + i).getBytes(StandardCharsets.UTF_8)))
                        .toArray(FilePayload[]::new));
        page.getByLabel("Batch name").fill("Samples for the showroom");
        page.getByLabel("Tags").fill("showroom, 2026");
        page.getByLabel("Tags").blur();
    }

    private void draw(Browser browser, View view, Path folder) throws IOException {
        List<String> shots = new ArrayList<>();
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(WIDE, NARROW)) {
                shots.add(shot(browser, view, width, colours));
            }
        }
        byte[] picture = together(browser, shots);
        Path file = folder.resolve(view.name() + ".jpg");
        Files.write(file, picture);
        System.out.println(file + ": " + picture.length + " bytes");
        assertThat(picture.length).as(view.name()).isLessThan(MAX_BYTES);
    }

    private String shot(Browser browser, View view, int width, ColorScheme colours) throws IOException {
        try (Visit visit = new Visit(browser, width, HEIGHT, colours)) {
            Page page = visit.page();
            page.navigate(home + view.hash());
            page.locator(view.ready()).first().waitFor();
            page.evaluate("document.fonts.ready");
            view.before().accept(page);
            // Wait for the animation of the bars to end.
            page.waitForTimeout(400);
            byte[] image = page.screenshot();
            @Nullable String single = System.getProperty("mivaa.screenshots.each");
            if (single != null) {
                Files.write(
                        Path.of(single, view.name() + "-" + width + "-" + colours.name().toLowerCase(Locale.ROOT) + ".png"),
                        page.screenshot(new Page.ScreenshotOptions().setFullPage(true)));
            }
            visit.assertQuiet();
            visit.assertFits(view.name() + " at " + width);
            return Base64.getEncoder().encodeToString(image);
        }
    }

    /** The four screenshots of a view: light above dark, narrow next to wide. */
    private static byte[] together(Browser browser, List<String> shots) {
        try (BrowserContext context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1320, 1400))) {
            Page page = context.newPage();
            page.setContent("""
                    <body style="margin:0"><main style="padding:16px;background:#8d9299;width:1244px;display:grid;
                      grid-template-columns:%dfr %dfr;gap:16px">%s</main></body>
                    """.formatted(
                            WIDE,
                            NARROW,
                            shots.stream()
                                    .map(shot -> "<img style='width:100%;display:block;border-radius:6px' src='data:image/png;base64,"
                                            + shot + "'>")
                                    .collect(Collectors.joining())));
            page.waitForFunction("[...document.images].every((image) => image.complete)");
            byte[] picture = {};
            for (int quality = 84; quality >= 54 && (picture.length == 0 || picture.length > MAX_BYTES); quality -= 6) {
                picture = page.locator("main")
                        .screenshot(new Locator.ScreenshotOptions()
                                .setType(ScreenshotType.JPEG)
                                .setQuality(quality));
            }
            return picture;
        }
    }
}
