package io.mivaa.batch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import io.mivaa.batch.intake.Api;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** Tests the dashboard in a real Chromium against the whole application with its real model. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "mivaa.worker.concurrency=2",
            "mivaa.webhooks.secret=" + Receiver.SECRET,
            "mivaa.webhooks.allow-http=true",
            "mivaa.webhooks.allowed-targets=127.0.0.1",
            "mivaa.webhooks.poll=50ms"
        })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardBrowser {

    private static final String HOSTILE = "<img src=x onerror=alert(1)>.txt";
    private static final String HOSTILE_BATCH = "<script>alert(2)</script> & <b>sheets</b>";
    private static final String LONG = "a-name-that-has-no-space-and-does-not-end-".repeat(5) + ".txt";
    private static final String BROKEN = "broken.pdf";
    private static final String QUERY = "How long must concrete be kept moist?";
    private static final double PATIENCE_MILLIS = 60_000;
    private static final int WIDE = 1280;
    private static final int NARROW = 375;

    private @Nullable Chromium chromium;
    private Api api = new Api(0);
    private String home = "";
    private String batch = "";
    private String told = "";

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.properties(registry);
    }

    @BeforeAll
    void start(@LocalServerPort int port) {
        Optional<Path> program = Chromium.program();
        Assumptions.assumeTrue(program.isPresent(), "Chromium is not installed.");
        chromium = Chromium.start(program.orElseThrow());
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        api = new Api(port);
        home = "http://127.0.0.1:" + port + "/";
    }

    @AfterAll
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    @Order(1)
    void uploadsWatchesOpensAFailureReplaysItAndSearches() throws IOException {
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home);
            assertThat(page.getByText("No documents yet")).isVisible();

            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Upload").setExact(true))
                    .click();
            page.locator("#files").setInputFiles(documents());
            page.getByLabel("Batch name").fill(HOSTILE_BATCH);
            page.getByLabel("Tags").fill("sheets, <i>2026</i>");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("Upload \\d+ files")))
                    .click();

            page.waitForURL(Pattern.compile("#/batches/[0-9a-f-]{36}$"));
            batch = page.url().substring(page.url().length() - 36);
            assertThat(page.locator("h1")).hasText(HOSTILE_BATCH);
            assertThat(page.locator("#live")).hasText("Live");
            assertThat(page.locator(".titled .state")).hasText("Partial");
            assertThat(page.locator(".percent")).hasText("100 %");
            assertThat(page.getByText(HOSTILE).first()).isVisible();
            assertThat(page.locator("main img, main script, main i:not([data-part])")).hasCount(0);
            assertThat(page.locator(".groups")).containsText("damaged-document");

            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(BROKEN)).first().click();
            assertThat(page.locator(".failure")).containsText("damaged-document");
            assertThat(page.locator(".attempts > li")).hasCount(1);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Replay")).click();
            assertThat(page.locator(".toast")).containsText("Queued again");
            assertThat(page.locator(".attempts > li")).hasCount(2);
            assertThat(page.locator(".titled .state")).hasText("Dead");

            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Search")).click();
            page.getByLabel("Query").fill(QUERY);
            page.keyboard().press("Enter");
            Locator hit = page.locator(".hit").first();
            assertThat(hit).containsText("curing-of-concrete.md");
            assertThat(hit.locator(".passage mark").first()).isVisible();
            String marked = hit.locator(".passage mark").first().innerText();

            hit.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Open in document")).click();
            assertThat(page.locator("h1")).hasText("curing-of-concrete.md");
            assertThat(page.locator(".piece.chosen").first()).isInViewport();
            assertThat(page.locator(".text mark").first()).hasText(marked);
            visit.assertQuiet();
        }
    }

    @Test
    @Order(2)
    void theResultIsTheTextWithItsChunksMarked() {
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home + "#/jobs/" + job("porcelain-stoneware-basalto-60.pdf"));
            Locator second = page.locator("button.chunk").nth(1);
            second.focus();

            assertThat(page.locator(".piece.lit").first()).isInViewport();
            String text = (String) page.evaluate("""
                    () => [...document.querySelectorAll('.text .piece.lit')].map((part) => part.textContent).join('')
                    """);
            assertThat(text).isEqualTo(api.get("/jobs/" + job("porcelain-stoneware-basalto-60.pdf") + "/result")
                    .text("/chunks/1/text"));
            assertThat(second).containsText("page 1");
            visit.assertQuiet();
        }
    }

    @Test
    @Order(3)
    void confirmsTheExactNumberBeforeItDiscards() {
        String more = api.post("/batches", """
                        {"documents": [
                          {"filename": "none-1.txt", "text": ""}, {"filename": "none-2.txt", "text": ""},
                          {"filename": "some.txt", "text": "Slate splits well."}]}
                        """).id();
        api.finished(more);
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home + "#/dead-letters?batchId=" + more);
            assertThat(page.locator(".letters tbody tr")).hasCount(2);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard all matching"))
                    .click();

            assertThat(page.locator("dialog")).containsText("2 documents that match this filter");
            assertThat(page.getByText("Go back")).isFocused();
            page.keyboard().press("Escape");
            assertThat(page.locator("dialog")).hasCount(0);
            assertThat(page.locator(".letters tbody tr")).hasCount(2);

            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard all matching"))
                    .click();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard 2 documents"))
                    .click();
            assertThat(page.getByText("No matching dead letters")).isVisible();
            visit.forgive("409");
            visit.assertQuiet();
        }
        assertThat(api.get("/dead-letters?batchId=" + more).json().path("items")).isEmpty();
    }

    @Test
    @Order(4)
    void showsWebhookDeliveriesAndReplaysThem() {
        try (Receiver receiver = new Receiver();
                Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            receiver.answers(410).answers(410);
            String hook = receiver.url() + "&q=%3Cimg%20src=x%3E&amp;";
            told = api.post("/batches", """
                            {"options": {"name": "told", "webhookUrl": "%s"}, "documents": [
                              {"filename": "none.txt", "text": ""}, {"filename": "some.txt", "text": "Slate splits well."}]}
                            """.formatted(hook)).id();
            Page page = visit.page();
            page.navigate(home + "#/batches/" + told);
            Locator rows = page.locator(".deliveries tbody tr");
            assertThat(rows).hasCount(2);
            assertThat(rows.locator(".state")).hasText(new String[] {"Failed", "Failed"});
            assertThat(rows.first()).containsText("HTTP 410");
            assertThat(page.locator("#h-deliveries")).containsText(hook);
            Locator dead = rows.filter(new Locator.FilterOptions().setHasText("Dead letter"));
            assertThat(dead.getByRole(AriaRole.LINK))
                    .hasAttribute("href", "#/jobs/" + api.job(told, 0).path("id").asString());

            dead.getByRole(AriaRole.BUTTON).focus();
            page.keyboard().press("Enter");
            assertThat(page.locator(".toast")).containsText("Delivery queued again");
            assertThat(dead.locator(".state")).hasText("Delivered");
            assertThat(dead).containsText("HTTP 204");
            assertThat(dead.getByRole(AriaRole.BUTTON)).isFocused();
            assertThat(receiver.told()).hasSize(3);

            page.route("**/api/v1/webhooks/deliveries?**", DashboardBrowser::hostileDelivery);
            page.reload();
            assertThat(rows.first()).containsText("<b>type</b>");
            assertThat(rows.first()).containsText("<img src=x onerror=alert(5)>");
            assertThat(page.locator("main img, main b:has-text('type')")).hasCount(0);
            page.unrouteAll();

            page.navigate(home + "#/batches/" + batch);
            assertThat(page.locator(".jobs tbody tr").first()).isVisible();
            assertThat(page.locator("#h-deliveries")).isHidden();
            visit.assertQuiet();
        }
    }

    private static void hostileDelivery(Route route) {
        route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody("""
                        {"items": [{"id": "x", "type": "<b>type</b>", "batchId": "x", "jobId": null, "url": "x",
                          "state": "<i>state</i>", "tries": 1, "status": null, "error": "<img src=x onerror=alert(5)>",
                          "createdAt": "2026-11-23T19:09:24Z", "triedAt": "2026-11-23T19:09:24Z", "dueAt": null,
                          "endedAt": "2026-11-23T19:09:24Z"}], "nextCursor": null}
                        """));
    }

    @Test
    @Order(9)
    void findsABatchThatIsOnNoPageYet() {
        for (int i = 0; i < 51; i++) {
            api.post(
                    "/batches",
                    "{\"options\": {\"name\": \"hay " + i + "\"}, \"documents\":"
                            + " [{\"filename\": \"some.txt\", \"text\": \"Slate splits well.\"}]}");
        }
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home + "#/batches");
            Locator rows = page.locator(".batches tbody tr");
            assertThat(rows).hasCount(50);
            assertThat(rows.filter(new Locator.FilterOptions().setHasText(HOSTILE_BATCH)))
                    .hasCount(0);

            page.getByLabel("Name or ID").fill("& <B>SHEETS");
            assertThat(rows).hasCount(1);
            assertThat(rows.first()).containsText(HOSTILE_BATCH);
            assertThat(page).hasURL(Pattern.compile("#/batches\\?name=%26\\+%3CB%3ESHEETS$"));

            page.getByLabel("Name or ID").fill("nothing has this name");
            assertThat(page.getByText("No batch name contains this text")).isVisible();
            page.getByLabel("Name or ID").fill("");
            assertThat(rows).hasCount(50);

            page.navigate(home + "#/batches?tag=%3Ci%3E2026%3C%2Fi%3E");
            assertThat(rows).hasCount(1);
            assertThat(rows.first()).containsText(HOSTILE_BATCH);
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Remove tag filter"))
                    .click();
            assertThat(rows).hasCount(50);

            page.getByLabel("Name or ID").fill(batch);
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).hasText(HOSTILE_BATCH);
            visit.assertQuiet();
        }
    }

    @Test
    @Order(5)
    void everyViewIsAccessibleFitsAndIsQuiet() throws IOException {
        Map<String, String> views = views();
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(WIDE, NARROW)) {
                try (Visit visit = visit(width, colours)) {
                    for (Map.Entry<String, String> view : views.entrySet()) {
                        String name = view.getKey() + "-" + (width == WIDE ? "wide" : "narrow") + "-"
                                + colours.name().toLowerCase(java.util.Locale.ROOT);
                        visit.page().navigate(home + view.getValue());
                        visit.page().locator(ready(view.getKey())).first().waitFor();
                        visit.assertFits(name);
                        visit.assertAccessible(name);
                    }
                    visit.assertQuiet();
                }
            }
        }
    }

    @Test
    @Order(6)
    void everyActionIsReachedByTheKeyboard() throws IOException {
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            for (Map.Entry<String, String> view : views().entrySet()) {
                Page page = visit.page();
                page.navigate(home + view.getValue());
                page.locator(ready(view.getKey())).first().waitFor();
                int wanted = ((Number) page.evaluate("""
                        () => {
                          const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
                            .filter((node) => !node.disabled && node.tabIndex >= 0 && node.checkVisibility());
                          all.forEach((node) => node.toggleAttribute('data-wanted', true));
                          document.activeElement.blur();
                          document.addEventListener('focusin', ({target}) => target.removeAttribute('data-wanted'));
                          return all.length;
                        }
                        """)).intValue();
                for (int i = 0; i < wanted + 40; i++) {
                    page.keyboard().press("Tab");
                }
                assertThat((List<?>) page.evaluate("""
                                () => [...document.querySelectorAll('[data-wanted]')].map((node) => node.outerHTML)
                                """)).as(view.getKey()).isEmpty();
            }
            visit.assertQuiet();
        }
    }

    @Test
    @Order(7)
    void takesTheKeyInAFormAndKeepsItInThisTab() {
        try (Visit visit = visit(NARROW, ColorScheme.DARK)) {
            Page page = visit.page();
            page.route("**/api/v1/**", DashboardBrowser::wantsKey);
            page.navigate(home);
            Locator field = page.getByLabel("Workspace API key");
            assertThat(field).isFocused();
            visit.assertAccessible("the form for a key");
            field.fill("not-the-key-that-is-right");
            page.keyboard().press("Enter");
            assertThat(page.getByText("This API key is not valid.")).isVisible();

            page.getByLabel("Workspace API key").fill("the-key-of-the-workspace");
            page.keyboard().press("Enter");
            assertThat(page.locator(".tile").first()).isVisible();
            assertThat(page.evaluate("JSON.stringify(localStorage) + document.cookie"))
                    .isEqualTo("{}");
            assertThat(page.url()).doesNotContain("the-key");
            visit.forgive("401");
            visit.assertQuiet();
        }
    }

    @Test
    @Order(8)
    void showsTheProblemThatTheApiReturns() {
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home + "#/search?q=stone&batchId=none");
            assertThat(page.locator(".problem")).containsText("validation-failed");
            assertThat(page.locator(".problem")).containsText("request ID ");
            page.navigate(home + "#/jobs/00000000-0000-7000-8000-000000000000");
            assertThat(page.locator("h1")).hasText("Not found");
            visit.forgive("400");
            visit.forgive("404");
            visit.assertQuiet();
        }
    }

    @Test
    @Order(10)
    void progressTakesNoFocusAway() {
        String running = api.post(
                        "/batches",
                        IntStream.range(0, 60)
                                .mapToObj(i -> JsonMapper.shared()
                                        .createObjectNode()
                                        .put("filename", Catalogue.filename(i))
                                        .put("text", Catalogue.sheet(i, 12))
                                        .toString())
                                .collect(Collectors.joining(",", "{\"documents\": [", "]}")))
                .id();
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home + "#/batches/" + running);
            for (Locator focused : List.of(
                    page.getByLabel("Priority of this batch"), page.locator(".tabs a").first())) {
                focused.focus();
                String before = page.locator(".progress-head").innerText();
                assertThat(page.locator(".progress-head")).not().hasText(before);
                assertThat(focused).isFocused();
            }
            visit.assertQuiet();
        } finally {
            api.act("/batches/" + running + "/cancel");
        }
    }

    /** The service answers a request before an event, but the response arrives after the event. */
    @Test
    @Order(11)
    void anOlderResponseDoesNotOverwriteAnEvent() {
        String waiting = api.post("/batches", """
                        {"options": {"scheduledAt": "2099-01-01T00:00:00Z"},
                         "documents": [{"filename": "late.txt", "text": "Slate splits well."}]}
                        """).id();
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            page.navigate(home + "#/batches/" + waiting);
            assertThat(page.locator("#live")).hasText("Live");
            assertThat(page.locator(".titled .state")).hasText("Scheduled");
            Map<Route, APIResponse> held = new LinkedHashMap<>();
            page.route("**/api/v1/batches/" + waiting, route -> held.put(route, route.fetch(new Route.FetchOptions()
                    .setHeaders(Map.of("Accept", "application/json")))));
            page.waitForCondition(() -> !held.isEmpty());
            page.unrouteAll();

            api.act("/batches/" + waiting + "/cancel");
            assertThat(page.locator(".titled .state")).hasText("Cancelled");
            page.waitForResponse(
                    response -> response.url().contains("/jobs?"),
                    () -> held.forEach((route, answer) ->
                            route.fulfill(new Route.FulfillOptions().setResponse(answer))));

            assertThat(page.locator(".jobs .state")).hasText("Cancelled");
            assertThat(page.locator(".titled .state").innerText()).isEqualTo("Cancelled");
            visit.assertQuiet();
        }
    }

    @Test
    @Order(12)
    void anUploadContinuesWhenItsViewIsLeft() {
        try (Visit visit = visit(WIDE, ColorScheme.LIGHT)) {
            Page page = visit.page();
            List<Route> held = new ArrayList<>();
            page.route("**/api/v1/batches", held::add);
            page.navigate(home + "#/upload");
            page.locator("#files").setInputFiles(new FilePayload[] {text("kept.txt", "Slate splits well.")});
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Upload 1 file"))
                    .click();
            page.waitForCondition(() -> !held.isEmpty());
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Dead letters"))
                    .click();
            assertThat(page.locator("h1")).hasText("Dead letters");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Upload").setExact(true))
                    .click();
            assertThat(page.getByLabel("Upload progress")).isVisible();

            held.forEach(Route::resume);
            assertThat(page.locator(".toast")).containsText("Uploaded: 1 document");
            assertThat(page.getByLabel("Upload progress")).isHidden();
            page.locator(".toast a").click();
            assertThat(page.locator(".titled .state")).hasText("Succeeded");
            visit.assertQuiet();
        }
    }

    private Visit visit(int width, ColorScheme colours) {
        return new Visit(Objects.requireNonNull(chromium).browser(), width, Visit.HEIGHT, colours);
    }

    private static void wantsKey(Route route) {
        if ("Bearer the-key-of-the-workspace".equals(route.request().headers().get("authorization"))) {
            route.resume();
        } else {
            route.fulfill(new Route.FulfillOptions()
                    .setStatus(401)
                    .setContentType("application/problem+json")
                    .setBody("{\"status\": 401, \"code\": \"unauthenticated\", \"detail\": \"A valid API key is required.\"}"));
        }
    }

    private Map<String, String> views() {
        Map<String, String> views = new LinkedHashMap<>();
        views.put("overview", "#/");
        views.put("batches", "#/batches");
        views.put("batch", "#/batches/" + batch);
        views.put("webhook", "#/batches/" + told);
        views.put("job", "#/jobs/" + job("porcelain-stoneware-basalto-60.pdf"));
        views.put("failure", "#/jobs/" + job(BROKEN));
        views.put("dead-letters", "#/dead-letters");
        views.put("search", "#/search?q=" + QUERY.replace(" ", "+").replace("?", "%3F"));
        views.put("upload", "#/upload");
        return views;
    }

    /** A selector that matches once the view has loaded. */
    private static String ready(String view) {
        return switch (view) {
            case "overview" -> ".tile";
            case "batches" -> ".batches tbody tr";
            case "batch" -> ".jobs tbody tr";
            case "webhook" -> ".deliveries tbody tr";
            case "job" -> ".piece";
            case "failure" -> ".attempts li";
            case "dead-letters" -> ".letters tbody tr";
            case "search" -> ".hit";
            default -> ".drop";
        };
    }

    private String job(String filename) {
        return api.jobNamed(batch, filename);
    }

    private static FilePayload[] documents() throws IOException {
        Stream<FilePayload> samples = Stream.of(
                        "porcelain-stoneware-basalto-60.pdf",
                        "aluminium-alloys-for-extrusion.pdf",
                        "engineered-oak-flooring.pdf",
                        "curing-of-concrete.md",
                        "insulation-materials-compared.md",
                        "stainless-steel-grades.html")
                .map(DashboardBrowser::sample);
        Stream<FilePayload> others = Stream.of(
                text(HOSTILE, "# Oak <script>alert(3)</script>\n\nOak is <b>hard</b> wood &amp; floats."),
                text(LONG, "Granite is hard."),
                text("\u05d3\u05d5\u05d7 \u05e9\u05e0\u05ea\u05d9 2026.txt", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd."),
                text("empty.txt", ""),
                new FilePayload(BROKEN, "application/pdf", "%PDF-1.4\nno more".getBytes(StandardCharsets.US_ASCII)));
        return Stream.concat(samples, others).toArray(FilePayload[]::new);
    }

    private static FilePayload text(String name, String content) {
        return new FilePayload(name, "text/plain", content.getBytes(StandardCharsets.UTF_8));
    }

    private static FilePayload sample(String name) {
        try (InputStream content = Objects.requireNonNull(DashboardBrowser.class.getResourceAsStream("/demo/" + name))) {
            return new FilePayload(name, "", content.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
