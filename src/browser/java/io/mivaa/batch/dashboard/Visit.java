package io.mivaa.batch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A visit to the page in a separate browser context. Collects the errors and warnings of the browser. */
final class Visit implements AutoCloseable {

    static final int HEIGHT = 812;
    private static final double PATIENCE_MILLIS = 60_000;

    private static final String AXE = axe();

    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    Visit(Browser browser, int width, int height, ColorScheme colours) {
        context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(colours)
                .setLocale("en-GB"));
        page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text() + " " + message.location());
            }
        });
        page.onPageError(error -> complaints.add("exception: " + error));
        page.onDialog(this::refuse);
    }

    Page page() {
        return page;
    }

    /** Asserts that there was no exception, no policy violation, no failed request and no script from a document. */
    void assertQuiet() {
        assertThat(complaints).isEmpty();
    }

    /** For a visit that expects errors. */
    void forgive(String complaint) {
        complaints.removeIf(each -> each.contains(complaint));
    }

    /** Checks the page with all axe rules for WCAG 2.2 A and AA and for best practices. */
    void assertAccessible(String view) {
        page.evaluate(AXE);
        Object violations = page.evaluate("""
                async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map((violation) =>
                  `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).slice(0, 3).join(' | ')}`)
                """);
        assertThat((List<?>) violations).as(view).isEmpty();
    }

    /** Asserts that the page does not scroll sideways. */
    void assertFits(String view) {
        assertThat(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
                .as("how much too wide " + view + " is")
                .satisfies(wider -> assertThat(((Number) wider).intValue()).isLessThanOrEqualTo(0));
    }

    private void refuse(Dialog dialog) {
        complaints.add("a script opened a dialog: " + dialog.message());
        dialog.dismiss();
    }

    private static String axe() {
        try (InputStream script = Objects.requireNonNull(Visit.class.getResourceAsStream("/axe.min.js"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
