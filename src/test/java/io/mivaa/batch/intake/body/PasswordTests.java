package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.intake.Gate;
import io.mivaa.batch.intake.Intake;
import io.mivaa.batch.intake.Pdfs;
import io.mivaa.batch.intake.Receipt;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.KeptPassword;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.secrets.Secrets;
import io.mivaa.batch.secrets.TestSecrets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Documents that come with what opens them. The service has key 1, and key 2 from before. */
@ExtendWith(OutputCaptureExtension.class)
@TestPropertySource(
        properties =
                "mivaa.secrets.key=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=,AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=")
class PasswordTests extends RunningService {

    private static final String DUE_NEVER = "{\"scheduledAt\": \"2999-01-01T00:00:00Z\", \"maxAttempts\": 1}";

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Intake intake;

    @Autowired
    private SpoolDirectory directory;

    @Autowired
    private Formats formats;

    @Autowired
    private IntakeSettings settings;

    /** Another one for each test, so that it is found nowhere but where it came from. */
    private String password = "";

    /** Another one too, because vectors of known texts are not asked for again. */
    private final String text = sentence();

    @BeforeEach
    void choosePassword() {
        password = "Lärche-" + UUID.randomUUID();
    }

    @Test
    void opensADocumentOfAJsonBatch() throws IOException {
        assertOpened(accepted(api.post("/batches", batch(pdf(password)))));
    }

    @Test
    void opensADocumentOfALine() throws IOException {
        assertOpened(accepted(api.post("/batches", Api.NDJSON, pdf(password))));
    }

    @Test
    void opensAFileWithThePasswordOfTheManifest() throws IOException {
        assertOpened(accepted(api.post(new Form()
                .file("larch.pdf", null, Pdfs.protectedBy(password, text))
                .field("manifest", "{\"larch.pdf\": {\"password\": \"" + password + "\"}}"))));
    }

    @Test
    void opensAnArchiveAndWhatIsInItEachWithItsOwn() throws IOException {
        byte[] zip;
        try (var in = getClass().getResourceAsStream("/documents/locked.zip")) {
            zip = Objects.requireNonNull(in).readAllBytes();
        }
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(open)) {
            out.putNextEntry(new ZipEntry("in/larch.pdf"));
            out.write(Pdfs.protectedBy(password, text));
        }

        String batch = accepted(api.post(new Form()
                .file("locked.zip", null, zip)
                .file("open.zip", null, open.toByteArray())
                .field(
                        "manifest",
                        "{\"locked.zip\": {\"password\": \"Laerche-7\"}, \"open.zip/in/larch.pdf\": {\"password\": \""
                                + password + "\"}}")));

        assertOpened(batch);
        assertThat(api.get("/batches/" + batch + "/results").body())
                .contains("The north kiln is lit on Mondays.", "The south kiln is out of order.");
    }

    @Test
    void saysOfAnArchiveWhetherThePasswordIsMissingOrWrong() throws IOException {
        byte[] zip;
        try (var in = getClass().getResourceAsStream("/documents/locked.zip")) {
            zip = Objects.requireNonNull(in).readAllBytes();
        }

        Api.Response missing = api.post(new Form().file("locked.zip", null, zip));
        Api.Response wrong = api.post(new Form()
                .file("locked.zip", null, zip)
                .field("manifest", "{\"locked.zip\": {\"password\": \"Fichte\"}}"));

        problem(missing, 422, "all-documents-rejected");
        assertThat(missing.text("/errors/0/code")).isEqualTo("encrypted-document");
        problem(wrong, 422, "all-documents-rejected");
        assertThat(wrong.text("/errors/0/code")).isEqualTo("wrong-password");
    }

    private void assertOpened(String batch) {
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.get("/batches/" + batch + "/results").body()).contains(text);
        assertThat(kept(batch)).isNull();
    }

    @Test
    void opensADocumentThatIsOnlyLookedAt() throws IOException {
        Api.Response opened = api.post("/preview", pdf(password));

        assertThat(opened.status()).as(opened.toString()).isEqualTo(200);
        assertThat(opened.text("/text")).contains(text);
        problem(api.post("/preview", pdf(null)), 422, "encrypted-document");
        problem(api.post("/preview", pdf("Fichte")), 422, "wrong-password");
    }

    @Test
    void tellsAMissingPasswordFromAWrongOne() throws IOException {
        String batch = accepted(api.post("/batches", batch(pdf(null), pdf("Fichte"), pdf(password))));

        assertThat(api.finished(batch).text("/state")).isEqualTo("PARTIAL");
        assertThat(api.job(batch, 0).at("/error/code").asString()).isEqualTo("encrypted-document");
        assertThat(api.job(batch, 1).at("/error/code").asString()).isEqualTo("wrong-password");
        assertThat(api.job(batch, 1).at("/error/class").asString()).isEqualTo("INVALID_INPUT");
        assertThat(api.job(batch, 1).path("attempt").asInt()).isEqualTo(1);
        assertThat(api.job(batch, 2).path("state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void tellsNothingOfItInTablesAnswersOrLogs(CapturedOutput output) throws IOException {
        WholeDatabase database = new WholeDatabase(jdbc);
        String wrong = "Fichte-" + UUID.randomUUID();
        String name = "n" + UUID.randomUUID() + ".pdf";
        gate.shut();
        Api.Response answer = post(UUID.randomUUID().toString(), """
                        {"options": %s, "documents": [%s, %s]}""".formatted(
                        Gate.OPTIONS,
                        pdf(password).replace("larch.pdf", name),
                        pdf(wrong, Pdfs.protectedBy("another", "Elm."))));
        String batch = accepted(answer);
        String rejected = api.job(batch, 1).path("id").asString();
        api.awaitJob(rejected, "DEAD");

        // One runs, one is a dead letter, and both passwords may be needed again.
        assertThat(kept(batch)).isNotEmpty();
        assertThat(keptOf(rejected)).isNotEmpty();
        assertThat(database.placesOf(name)).contains("job.filename");
        assertThat(database.placesOf(password)).isEmpty();
        assertThat(database.placesOf(wrong)).isEmpty();

        gate.open();
        assertThat(api.finished(batch).text("/state")).isEqualTo("PARTIAL");
        assertThat(database.placesOf(password)).isEmpty();
        String told = answer.body();
        for (String path : new String[] {
            "/batches/" + batch,
            "/batches/" + batch + "/jobs",
            "/batches/" + batch + "/errors",
            "/batches/" + batch + "/results",
            "/jobs/" + rejected,
            "/jobs/" + rejected + "/attempts",
            "/dead-letters?batchId=" + batch
        }) {
            told += api.get(path).body();
        }
        assertThat(told).contains("wrong-password", name).doesNotContain(password, wrong, "sealed");
        assertThat(output).contains(rejected).doesNotContain(password).doesNotContain(wrong);
    }

    @Test
    void isThereAgainForAReplay() throws IOException {
        gate.fail();
        String batch = accepted(
                api.post("/batches", "{\"options\": %s, \"documents\": [%s]}".formatted(Gate.OPTIONS, pdf(password))));
        assertThat(api.finished(batch).text("/state")).isEqualTo("FAILED");
        gate.mend();

        api.act("/batches/" + batch + "/retry");

        assertOpened(batch);
    }

    @Test
    void isForgottenWhenItsJobCannotRunAgain() throws IOException {
        String cancelled = waiting();
        String cancelledJob = waiting();
        String discarded = accepted(api.post("/batches", batch(pdf("Fichte"))));
        api.finished(discarded);
        for (String batch : new String[] {cancelled, cancelledJob, discarded}) {
            assertThat(kept(batch)).isNotEmpty();
        }

        api.act("/batches/" + cancelled + "/cancel");
        api.act("/jobs/" + job(cancelledJob) + "/cancel");
        api.post("/dead-letters/discard", "{\"ids\": [\"" + job(discarded) + "\"]}");

        for (String batch : new String[] {cancelled, cancelledJob, discarded}) {
            assertThat(kept(batch)).isNull();
        }
        assertThat(api.job(discarded, 0).path("discardedAt").isNull()).isFalse();
    }

    @Test
    void opensWhatWasSealedWithTheFormerKey() throws IOException {
        String batch = waiting();

        runWith(batch, TestSecrets.secrets(TestSecrets.key(2)).seal(password, job(batch)));

        assertOpened(batch);
    }

    @Test
    void saysThatTheKeyIsMissingAndGoesOnWhenItIsBack() throws IOException {
        String batch = waiting();
        String right = kept(batch);

        runWith(batch, TestSecrets.secrets(TestSecrets.key(3)).seal(password, job(batch)));

        assertUnreadable(batch);
        jdbc.sql("update job set sealed_password = :sealed where id = :id::uuid")
                .param("sealed", right)
                .param("id", job(batch))
                .update();
        api.act("/batches/" + batch + "/retry");
        assertOpened(batch);
    }

    @Test
    void saysThatItWasTamperedWith() throws IOException {
        String batch = waiting();
        byte[] sealed = Base64.getDecoder().decode(kept(batch));
        sealed[20] ^= 1;

        runWith(batch, Base64.getEncoder().encodeToString(sealed));

        assertUnreadable(batch);
    }

    @Test
    void opensNoOtherJob() throws IOException {
        String batch = waiting();
        String other = waiting();

        runWith(batch, String.valueOf(kept(other)));

        assertUnreadable(batch);
        api.act("/batches/" + other + "/cancel");
    }

    private void assertUnreadable(String batch) {
        assertThat(api.finished(batch).text("/state")).isEqualTo("FAILED");
        JsonNode error = api.job(batch, 0).path("error");
        assertThat(error.path("class").asString()).isEqualTo("TRANSIENT");
        assertThat(error.path("code").asString()).isEqualTo("password-unreadable");
        assertThat(error.path("message").asString()).contains("mivaa.secrets.key");
    }

    @Test
    void reusesTheResultOfTheSameBytesWhateverPasswordComesWithThem() throws IOException {
        byte[] bytes = Pdfs.protectedBy(password, sentence());
        api.finished(accepted(api.post("/batches", batch(pdf(password, bytes)))));

        String batch = accepted(api.post("/batches", batch(pdf(null, bytes), pdf("Fichte", bytes))));

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.job(batch, 0).path("reused").asBoolean()).isTrue();
        assertThat(api.job(batch, 1).path("reused").asBoolean()).isTrue();
        assertThat(kept(batch)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"\"", "\"a\\u0000b\"", "\"\\ud800\"", "[\"a\"]"})
    void takesNoPasswordThatIsNone(String json) {
        String document = "{\"filename\": \"a.txt\", \"text\": \"Oak.\", \"password\": " + json + "}";

        invalid(api.post("/batches", batch(document)), "invalid-value", "/documents/0/password");
        invalid(api.post("/batches", Api.NDJSON, document), "invalid-value", "/0/password");
        invalid(
                api.post(new Form()
                        .file("a.txt", "Oak.")
                        .field("manifest", "{\"a.txt\": {\"password\": " + json + "}}")),
                "invalid-value",
                "/manifest/a.txt/password");
    }

    @Test
    void takesAsManyCharactersAsAreAllowed() {
        String longest = "p".repeat(512);
        String document = "{\"filename\": \"a.txt\", \"text\": \"" + sentence() + "\", \"password\": \"%s\"}";

        api.finished(accepted(api.post("/batches", batch(document.formatted(longest)))));
        Api.Response tooLong = api.post("/batches", batch(document.formatted(longest + "p")));

        invalid(tooLong, "invalid-value", "/documents/0/password");
        assertThat(tooLong.body()).contains("1 to 512 characters").doesNotContain("pppp");
        api.finished(accepted(api.post("/batches", batch(document.replace("\"%s\"", "null")))));
    }

    @Test
    void tellsRequestsApartByTheirPasswords() throws IOException {
        String key = UUID.randomUUID().toString();
        byte[] bytes = Pdfs.protectedBy(password, sentence());
        Api.Response first = post(key, batch(pdf(password, bytes)));
        api.finished(accepted(first));

        Api.Response again = post(key, batch(pdf(password, bytes)));

        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.id()).isEqualTo(first.id());
        problem(post(key, batch(pdf("Fichte", bytes))), 422, "idempotency-key-reused");
        problem(post(key, batch(pdf(null, bytes))), 422, "idempotency-key-reused");
    }

    @Test
    void knowsARequestAgainWhenTheKeyWasExchangedMeanwhile() throws IOException {
        String key = UUID.randomUUID().toString();
        String text = sentence();
        Receipt first = accept(TestSecrets.secrets(TestSecrets.key(2)), key, text);

        Receipt again = accept(TestSecrets.secrets(TestSecrets.key(1), TestSecrets.key(2)), key, text);

        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        api.finished(first.batch());
    }

    private Receipt accept(Secrets secrets, String key, String text) throws IOException {
        try (Spool spool = Spool.in(directory)) {
            Submission submission = new Submission(spool, formats, secrets, settings, 1);
            submission.add(
                    new DocumentDescription(null, "a.txt", null, null, new Password(password)),
                    spool.append(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1000),
                    "text/plain");
            return intake.accept(new Workspace("default"), submission, key);
        }
    }

    @Test
    void isDescribedAsSomethingThatIsOnlyWritten() {
        JsonNode schemas = api.get("//v3/api-docs").json().at("/components/schemas");

        for (String schema : new String[] {"DocumentBody", "Entry"}) {
            JsonNode described = schemas.path(schema).path("properties").path("password");
            assertThat(described.path("type").toString()).as(schema).contains("string");
            assertThat(described.path("format").asString()).isEqualTo("password");
            assertThat(described.path("writeOnly").asBoolean()).isTrue();
            assertThat(described.has("example")).isFalse();
        }
    }

    @Test
    void isNotPrintedWithWhatHoldsIt() {
        Password secret = new Password(password);

        assertThat(new Manifest.Entry("x", "text/plain", null, password).toString())
                .doesNotContain(password);
        assertThat(new DocumentDescription(null, "a", null, null, secret).toString())
                .doesNotContain(password);
        assertThat(new KeptPassword(secret, TestSecrets.secrets()).toString()).doesNotContain(password);
    }

    private Api.Response post(String key, String body) {
        return api.send(api.request("/batches")
                .header("Content-Type", Api.JSON)
                .header("Idempotency-Key", key)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A batch whose job has its password and does not start by itself. */
    private String waiting() throws IOException {
        return accepted(
                api.post("/batches", "{\"options\": %s, \"documents\": [%s]}".formatted(DUE_NEVER, pdf(password))));
    }

    private void runWith(String batch, String sealed) {
        jdbc.sql("update job set sealed_password = :sealed, run_after = now() where id = :id::uuid")
                .param("sealed", sealed)
                .param("id", job(batch))
                .update();
    }

    private String job(String batch) {
        return api.job(batch, 0).path("id").asString();
    }

    private @Nullable String kept(String batch) {
        return keptOf(job(batch));
    }

    private @Nullable String keptOf(String job) {
        return jdbc.sql("select coalesce(sealed_password, '') from job where id = :id::uuid")
                .param("id", job)
                .query(String.class)
                .optional()
                .filter(text -> !text.isEmpty())
                .orElse(null);
    }

    /** One that the password of this test opens, with another that comes along. */
    private String pdf(@Nullable String given) throws IOException {
        return pdf(given, Pdfs.protectedBy(password, text));
    }

    private static String pdf(@Nullable String given, byte[] bytes) {
        return "{\"filename\": \"larch.pdf\", \"base64\": \"%s\", \"password\": %s}"
                .formatted(Base64.getEncoder().encodeToString(bytes), given == null ? "null" : "\"" + given + "\"");
    }
}
