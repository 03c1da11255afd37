package io.mivaa.batch.intake.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.ArchiveSettings;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.secrets.TestSecrets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.CompressionMethod;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

public class ArchiveTests {

    private static final ArchiveSettings SETTINGS = new ArchiveSettings(5, DataSize.ofMegabytes(4), 50, 1);

    private static final Formats FORMATS = new Formats() {
        @Override
        public String detect(byte[] head, String filename, @Nullable String declaredType) {
            boolean zip = head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3;
            return zip ? Archive.MEDIA_TYPE : "text/plain";
        }

        @Override
        public Set<String> supported() {
            return Set.of("text/plain");
        }
    };

    @TempDir
    private Path folder;

    @Nullable
    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        spool = new Spool(Files.createFile(folder.resolve("request.spool")));
    }

    @AfterEach
    void close() throws IOException {
        spool().close();
    }

    private Spool spool() {
        return Objects.requireNonNull(spool);
    }

    @Test
    void takesEachFileForADocumentOfItsOwn() throws IOException {
        byte[] zip = zip(files("a/", "", "a/one.txt", "1", "b\\two.txt", "2", "../../up/./three.txt", "3"));

        Archive.Contents contents = expand(zip, SETTINGS);

        assertThat(contents.refusal()).isNull();
        assertThat(contents.entries())
                .extracting(Archive.Entry::path)
                .containsExactly("a/one.txt", "b/two.txt", "up/three.txt");
        assertThat(contents.entries()).extracting(Archive.Entry::filename).contains("one.txt", "two.txt", "three.txt");
        assertThat(contents.entries().stream().map(this::text)).containsExactly("1", "2", "3");
    }

    @Test
    void leavesNothingOfAPathThatLeadsNowhere() throws IOException {
        byte[] zip = zip(files("/etc//passwd", "1", "a/ /b.txt", "2", "../..", "3"));

        assertThat(expand(zip, SETTINGS).entries())
                .extracting(Archive.Entry::path)
                .containsExactly("etc/passwd", "a/b.txt", "unnamed");
    }

    @Test
    void tellsTheFilesOfAVeryDeepFolderApart() throws IOException {
        String deep = "deep/".repeat(1000);
        Submission submission = submission(settings(1));

        submission.add(described("mine"), append(zip(files(deep + "one.txt", "1", deep + "two.txt", "2"))), null);

        assertThat(submission.documents()).extracting(NewDocument::filename).containsExactly("one.txt", "two.txt");
        assertThat(submission.documents())
                .extracting(NewDocument::externalId)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("sha256:[0-9a-f]{64}"));
    }

    @Test
    void cutsNoCharacterOfALongPathInHalves() throws IOException {
        String axe = "\uD83E\uDE93";
        byte[] zip = zip(files(("a" + axe.repeat(100) + "/").repeat(6) + "b1", "1"));

        String path = expand(zip, SETTINGS).entries().get(0).path();

        assertThat(path).endsWith("/b1").hasSize(1023);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(path)).isTrue();
    }

    @Test
    void refusesAnEntryThatIsTooLargeAlone() throws IOException {
        Submission submission = submission(settings("mivaa.intake.max-document-size", "1KB"));

        submission.add(described(null), append(zip(files("large.txt", "x".repeat(1025), "one.txt", "1"))), null);

        assertThat(submission.documents())
                .extracting(document -> code(document.refusal()))
                .containsExactly("document-too-large", null);
    }

    @Test
    void refusesAnArchiveThatIsTooLargeForThatAndNotForDamage() throws IOException {
        Submission submission = submission(settings(1));
        Spool.Slice slice = spool().append(new ByteArrayInputStream(zip(files("one.txt", "1"))), 20);

        submission.add(described(null), slice, null);

        assertThat(submission.documents())
                .singleElement()
                .extracting(document -> code(document.refusal()))
                .isEqualTo("document-too-large");
    }

    @Test
    void keepsTheRefusalOfAnEntryThatHasNoBytes() throws IOException {
        Submission submission = submission(settings(1));
        byte[] zip = storedDigits("one.txt", "two.txt");
        zip[6] |= 1;

        submission.add(described(null), append(zip), null);

        NewDocument encrypted = submission.documents().get(0);
        assertThat(code(encrypted.refusal())).isEqualTo("encrypted-document");
        assertThat(encrypted.filename()).isEqualTo("one.txt");
        assertThat(encrypted.bytes()).isZero();
        assertThat(submission.documents().get(1).filename()).isEqualTo("two.txt");
        assertThat(submission.documents().get(1).refusal()).isNull();
    }

    /** The head of each entry tells its length, so that one can be passed over that cannot be read. */
    private static byte[] storedDigits(String... names) throws IOException {
        CRC32 check = new CRC32();
        check.update('7');
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                ZipEntry entry = new ZipEntry(name);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(1);
                entry.setCrc(check.getValue());
                zip.putNextEntry(entry);
                zip.write('7');
            }
        }
        return bytes.toByteArray();
    }

    private Submission submission(IntakeSettings settings) {
        return new Submission(spool(), FORMATS, TestSecrets.secrets(TestSecrets.key(1)), settings, 3);
    }

    private static DocumentDescription described(@Nullable String externalId) {
        return new DocumentDescription(externalId, "docs.zip", null, null, null);
    }

    @Test
    void leavesOutWhatOperatingSystemsPutBeside() throws IOException {
        byte[] zip = zip(
                files("__MACOSX/a/._one.txt", "x", "a/.DS_Store", "x", "._x", "x", "a/Thumbs.db", "x", "one.txt", "1"));

        assertThat(expand(zip, SETTINGS).entries())
                .extracting(Archive.Entry::path)
                .containsExactly("one.txt");
    }

    @Test
    void refusesAnArchiveOfTooManyEntriesOrTooManyBytes() throws IOException {
        byte[] many = zip(files("1", "", "2", "", "3", "", "4", "", "5", "", "6", ""));
        byte[] bomb = zip(files("one.txt", "1", "bomb.txt", "x".repeat(2_000_000)));
        byte[] bytes = zip(Map.of("a", "x".repeat(5_000_000)));
        ArchiveSettings generous = new ArchiveSettings(5, DataSize.ofMegabytes(4), 1_000_000, 1);

        for (Archive.Contents contents :
                List.of(expand(many, SETTINGS), expand(bomb, SETTINGS), expand(bytes, generous))) {
            assertThat(contents.entries()).isEmpty();
            assertThat(code(contents.refusal())).isEqualTo("archive-too-large");
        }
    }

    @Test
    void keepsWhatCameBeforeTheDamage() throws IOException {
        byte[] zip = zip(files("one.txt", "1", "two.txt", "some more words, so that there is something to cut off"));

        Archive.Contents contents = expand(Arrays.copyOf(zip, zip.length / 2), SETTINGS);

        assertThat(contents.entries()).extracting(Archive.Entry::path).containsExactly("one.txt");
        assertThat(code(contents.refusal())).isEqualTo("damaged-archive");
    }

    @Test
    void noticesAnArchiveThatEndsBetweenTwoEntries() throws IOException {
        byte[] zip = zip(files("one.txt", "1", "two.txt", "2"));
        int second = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\3\4", 4);

        Archive.Contents contents = expand(Arrays.copyOf(zip, second), SETTINGS);

        assertThat(contents.entries()).hasSize(1);
        assertThat(code(contents.refusal())).isEqualTo("damaged-archive");
    }

    @Test
    void refusesEncryptedAndStrangelyCompressedEntriesAlone() throws IOException {
        byte[] zip = zip(files("one.txt", "1", "two.txt", "2"));
        byte[] encrypted = zip.clone();
        encrypted[6] |= 1;
        byte[] strange = zip.clone();
        strange[8] = 97;

        assertThat(expand(encrypted, SETTINGS).entries())
                .first()
                .extracting(entry -> code(entry.refusal()))
                .isEqualTo("encrypted-document");
        assertThat(expand(strange, SETTINGS).entries())
                .first()
                .extracting(entry -> code(entry.refusal()))
                .isEqualTo("unsupported-format");
    }

    @Test
    void opensAnArchiveOfInfoZipWithItsPassword() throws IOException {
        byte[] zip = Objects.requireNonNull(getClass().getResourceAsStream("/documents/locked.zip"))
                .readAllBytes();

        Archive.Contents opened = expand(zip, SETTINGS, "Laerche-7");
        Archive.Contents missing = expand(zip, SETTINGS);
        Archive.Contents wrong = expand(zip, SETTINGS, "Fichte");

        assertThat(opened.refusal()).isNull();
        assertThat(opened.entries()).extracting(Archive.Entry::path).containsExactly("a/one.txt", "two.txt");
        assertThat(opened.entries().stream().map(this::text))
                .containsExactly("The north kiln is lit on Mondays.\n", "The south kiln is out of order.\n");
        assertThat(missing.entries().stream().map(entry -> code(entry.refusal())))
                .contains("encrypted-document");
        assertThat(wrong.entries()).isEmpty();
        assertThat(code(wrong.refusal())).isEqualTo("wrong-password");
    }

    @ParameterizedTest
    @CsvSource({"AES, DEFLATE", "AES, STORE", "ZIP_STANDARD, DEFLATE"})
    void opensEncryptedEntriesBesideOthers(EncryptionMethod encryption, CompressionMethod compression)
            throws IOException {
        byte[] zip = locked(encryption, compression, Map.of("secret.txt", "s".repeat(5000)), "open.txt", "o");

        Archive.Contents opened = expand(zip, SETTINGS, "Lärche");

        assertThat(opened.refusal()).isNull();
        assertThat(opened.entries().stream().map(this::text)).containsExactly("o", "s".repeat(5000));
        for (int i = 0; i < 300; i++) {
            // PKWARE's cipher takes one of 256 passwords for the right one until it has read what it opens
            Archive.Contents wrong = expand(zip, SETTINGS, "Fichte" + i);
            assertThat(code(wrong.refusal())).isEqualTo("wrong-password");
            assertThat(wrong.entries()).extracting(Archive.Entry::path).containsExactly("open.txt");
            i += encryption == EncryptionMethod.AES ? 100 : 0;
        }
    }

    @Test
    void opensNoBombBecauseItIsEncrypted() throws IOException {
        byte[] bomb = locked(
                EncryptionMethod.AES, CompressionMethod.DEFLATE, Map.of("bomb.txt", "x".repeat(2_000_000)), "a", "1");

        assertThat(code(expand(bomb, SETTINGS, "Lärche").refusal())).isEqualTo("archive-too-large");
    }

    @Test
    void readsAnArchiveThatNeedsNoPasswordWithOneToo() throws IOException {
        byte[] zip = zip(files("a/", "", "a/one.txt", "1", "../../up/./three.txt", "3"));

        Archive.Contents contents = expand(zip, SETTINGS, "Lärche");

        assertThat(contents.refusal()).isNull();
        assertThat(contents.entries().stream().map(this::text)).containsExactly("1", "3");
        assertThat(code(expand(Arrays.copyOf(zip, zip.length / 2), SETTINGS, "Lärche")
                        .refusal()))
                .isEqualTo("damaged-archive");
    }

    @Test
    void takesNoDamageForAWrongPassword() throws IOException {
        byte[] zip = locked(
                EncryptionMethod.AES,
                CompressionMethod.DEFLATE,
                Map.of("secret.txt", "s".repeat(5000)),
                "open.txt",
                "o");
        int second = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\3\4", 4);
        zip[second + 75] ^= 1;

        Archive.Contents contents = expand(zip, SETTINGS, "Lärche");

        assertThat(contents.entries()).extracting(Archive.Entry::path).containsExactly("open.txt");
        assertThat(code(contents.refusal())).isEqualTo("damaged-archive");
    }

    @Test
    void cannotTellDamageUnderTheFirstCipherFromAWrongPassword() throws IOException {
        byte[] zip = locked(
                EncryptionMethod.ZIP_STANDARD,
                CompressionMethod.DEFLATE,
                Map.of("secret.txt", "s".repeat(5000)),
                "open.txt",
                "o");
        int second = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\3\4", 4);
        zip[second + 60] ^= 1;

        Archive.Contents contents = expand(zip, SETTINGS, "Lärche");

        assertThat(contents.entries()).extracting(Archive.Entry::path).containsExactly("open.txt");
        assertThat(code(contents.refusal())).isEqualTo("wrong-password");
    }

    @Test
    void findsTheDamageOfAnEncryptedEntryThatIsCutOff() throws IOException {
        byte[] zip = locked(
                EncryptionMethod.AES, CompressionMethod.STORE, Map.of("secret.txt", "s".repeat(5000)), "open.txt", "o");

        Archive.Contents contents = expand(Arrays.copyOf(zip, 3000), SETTINGS, "Lärche");

        assertThat(contents.entries()).extracting(Archive.Entry::path).containsExactly("open.txt");
        assertThat(code(contents.refusal())).isEqualTo("damaged-archive");
    }

    private static byte[] locked(
            EncryptionMethod encryption,
            CompressionMethod compression,
            Map<String, String> secrets,
            String open,
            String text)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var zip = new net.lingala.zip4j.io.outputstream.ZipOutputStream(bytes, "Lärche".toCharArray())) {
            ZipParameters plain = new ZipParameters();
            plain.setFileNameInZip(open);
            zip.putNextEntry(plain);
            zip.write(text.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            for (Map.Entry<String, String> secret : secrets.entrySet()) {
                byte[] content = secret.getValue().getBytes(StandardCharsets.UTF_8);
                ZipParameters parameters = new ZipParameters();
                parameters.setFileNameInZip(secret.getKey());
                parameters.setEncryptFiles(true);
                parameters.setEncryptionMethod(encryption);
                parameters.setCompressionMethod(compression);
                parameters.setEntrySize(content.length);
                zip.putNextEntry(parameters);
                zip.write(content);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void expandsArchivesWithinArchivesAsDeepAsItIsAllowed() throws IOException {
        byte[] inner = zip(files("deep.txt", "d"));
        byte[] zip = zipped(Map.of("inner.zip", inner));

        assertThat(expand(zip, SETTINGS).entries())
                .singleElement()
                .extracting(entry -> code(entry.refusal()))
                .isEqualTo("nested-archive");
        assertThat(expand(zip, new ArchiveSettings(5, DataSize.ofMegabytes(4), 50, 2))
                        .entries())
                .singleElement()
                .extracting(Archive.Entry::path)
                .isEqualTo("inner.zip/deep.txt");
    }

    @Test
    void leavesOutThePicturesOfAnExtractionResult() throws IOException {
        byte[] zip = zip(files("output.json", "{}", "images/a.jpg", "x"));

        assertThat(expand(zip, SETTINGS).entries())
                .extracting(Archive.Entry::path)
                .containsExactly("output.json");
        assertThat(expand(zip(files("images/a.jpg", "x")), SETTINGS).entries()).hasSize(1);
    }

    @Test
    void saysThatAnArchiveIsEmpty() throws IOException {
        assertThat(code(expand(zip(files("a/", "")), SETTINGS).refusal())).isEqualTo("empty-document");
        assertThat(code(expand("PK\3\4 no more".getBytes(StandardCharsets.UTF_8), SETTINGS)
                        .refusal()))
                .isEqualTo("damaged-archive");
    }

    @Test
    void putsTheDocumentsIntoTheSubmissionUnderTheNameOfTheArchive() throws IOException {
        Submission submission = submission(settings(1));
        Spool.Slice slice = append(zip(files("a/one.txt", "1", "empty.txt", "")));
        DocumentDescription description =
                new DocumentDescription("mine", "docs.zip", "application/zip", "{\"a\":1}", new Password("open"));

        submission.add(description, slice, null);

        assertThat(submission.documents())
                .extracting(NewDocument::externalId)
                .containsExactly("mine/a/one.txt", "mine/empty.txt");
        assertThat(submission.documents()).extracting(NewDocument::metadata).containsOnly("{\"a\":1}");
        assertThat(submission.documents().get(0).password()).as("the archive's").isNotNull();
        assertThat(code(submission.documents().get(1).refusal())).isEqualTo("empty-document");
        assertThatThrownBy(() -> submission.add(description, slice, null)).isInstanceOf(Problem.class);
    }

    @Test
    void expandsNothingWhenItIsTurnedOff() throws IOException {
        Submission submission = submission(settings(0));

        submission.add(described(null), append(zip(files("a", "1"))), null);

        assertThat(submission.documents())
                .singleElement()
                .extracting(document -> code(document.refusal()))
                .isEqualTo("unsupported-format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-entries=0", "max-inflated=0B", "max-ratio=0", "max-nesting=-1", "max-nesting=6"})
    void refusesSettingsThatMakeNoSense(String setting) {
        String[] parts = setting.split("=", -1);
        assertThatThrownBy(() -> settings("mivaa.intake.archive." + parts[0], parts[1]))
                .rootCause()
                .hasMessageContaining(parts[0]);
    }

    private static IntakeSettings settings(int nesting) {
        return settings("mivaa.intake.archive.max-nesting", String.valueOf(nesting));
    }

    private static IntakeSettings settings(String name, String value) {
        return new org.springframework.boot.context.properties.bind.Binder(
                        new org.springframework.boot.context.properties.source.MapConfigurationPropertySource(
                                Map.of(name, value)))
                .bindOrCreate("mivaa.intake", IntakeSettings.class);
    }

    private Archive.Contents expand(byte[] zip, ArchiveSettings settings) throws IOException {
        return expand(zip, settings, null);
    }

    private Archive.Contents expand(byte[] zip, ArchiveSettings settings, @Nullable String password)
            throws IOException {
        return Archive.expand(
                spool(), append(zip), FORMATS, 10_000_000, settings, password == null ? null : new Password(password));
    }

    private Spool.Slice append(byte[] bytes) throws IOException {
        return spool().append(new ByteArrayInputStream(bytes), Long.MAX_VALUE);
    }

    private String text(Archive.Entry entry) {
        try (var in = spool().open(Objects.requireNonNull(entry.slice()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String code(@Nullable Failure failure) {
        return failure == null ? null : failure.code();
    }

    private static Map<String, String> files(String... namesAndTexts) {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return files;
    }

    public static byte[] zip(Map<String, String> files) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return zipped(bytes);
    }

    private static byte[] zipped(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
