package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PDFs that a password protects. */
class PdfPasswordTests {

    private static final String USER = "Lärche-7";
    private static final String OWNER = "Eiche-8";

    private final PdfParser parser = new PdfParser(PdfParserTests.SETTINGS, null);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {40, 128, 256})
    void opensWithThePasswordOfTheReaderOrTheOwner(int bits) throws IOException {
        Path pdf = pdf(USER, bits);

        assertThat(text(pdf, USER)).isEqualTo("Larch.");
        assertThat(text(pdf, OWNER)).isEqualTo("Larch.");
    }

    @Test
    void saysThatThereIsNone() throws IOException {
        assertThat(rejection(pdf(USER, 256), null).code()).isEqualTo("encrypted-document");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Fichte-9", "Lärche-7 ", "with a bell \u0007"})
    void saysThatItIsTheWrongOneWithoutTellingIt(String wrong) throws IOException {
        Rejected rejected = rejection(pdf(USER, 256), wrong);

        assertThat(rejected.code()).isEqualTo("wrong-password");
        assertThat(rejected).hasMessageNotContaining(wrong);
    }

    @Test
    void opensWhatNeedsNoneWhateverComesWithIt() throws IOException {
        Path copyProtected = pdf("", 256);

        assertThat(text(copyProtected, null)).isEqualTo("Larch.");
        assertThat(text(copyProtected, "not needed")).isEqualTo("Larch.");
        assertThat(text(copyProtected, "with a bell \u0007")).isEqualTo("Larch.");
        assertThat(text(file(sketch()), "not needed")).isEqualTo("Larch.");
    }

    @Test
    void isNotPrintedWithItsSource() throws IOException {
        assertThat(source(pdf(USER, 256), USER).toString()).doesNotContain(USER).contains("Password");
    }

    private Path pdf(String user, int bits) throws IOException {
        PdfSketch sketch = sketch();
        StandardProtectionPolicy policy = new StandardProtectionPolicy(OWNER, user, new AccessPermission());
        policy.setEncryptionKeyLength(bits);
        sketch.document.protect(policy);
        return file(sketch);
    }

    private static PdfSketch sketch() {
        return new PdfSketch().page().lines(72, 72, "Larch.");
    }

    private Path file(PdfSketch sketch) throws IOException {
        return Files.write(Files.createTempFile(folder, "", ".pdf"), sketch.bytes());
    }

    private static Source source(Path pdf, @Nullable String password) throws IOException {
        return new Source(
                "a.pdf",
                "application/pdf",
                pdf,
                Files.size(pdf),
                "0".repeat(64),
                password == null ? null : new Password(password));
    }

    private String text(Path pdf, @Nullable String password) throws IOException {
        return parser.parse(source(pdf, password), new ParseLimits(10, 10_000), ParseProgress.NONE)
                .text();
    }

    private Rejected rejection(Path pdf, @Nullable String password) {
        return catchThrowableOfType(Rejected.class, () -> text(pdf, password));
    }
}
