package io.mivaa.batch.pipeline.parse.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.ContentFormats;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.odf.OdfParser;
import io.mivaa.batch.pipeline.parse.ooxml.DocxTests;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.poi.POIDocument;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Office documents that a password protects. */
class OfficePasswordTests {

    private static final String RIGHT = "Lärche-7";

    private final LegacyOfficeParser parser = new LegacyOfficeParser(
            ZipSketch.SETTINGS,
            new MailParser(ZipSketch.SETTINGS, () -> List.of(new TextParser()), ContentFormats::new));

    private final OdfParser odf = new OdfParser(ZipSketch.SETTINGS);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = EncryptionMode.class,
            names = {"agile", "standard"})
    void opensADocumentOfToday(EncryptionMode mode) throws Exception {
        byte[] locked = locked(new DocxTests().sample(), mode);

        assertThat(text(locked, RIGHT)).contains("Some words on glazes.");
        assertThat(rejection(locked, null)).isEqualTo("encrypted-document");
        assertThat(rejection(locked, "Fichte")).isEqualTo("wrong-password");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(folder.resolve("document"));
        }
    }

    @Test
    void refusesAKeyThatTakesTooLongToDerive() throws Exception {
        EncryptionInfo slow = new EncryptionInfo(EncryptionMode.agile);
        slow.getVerifier().setSpinCount(1_000_001);

        assertThat(rejection(locked(new DocxTests().sample(), slow), RIGHT)).isEqualTo("unsupported-encryption");
    }

    @Test
    void opensAnOldWorkbookAndForgetsThePassword() throws IOException {
        Biff8EncryptionKey.setCurrentUserPassword(RIGHT);
        byte[] locked = new LegacyOfficeTests().sample();
        Biff8EncryptionKey.setCurrentUserPassword(null);

        assertThat(text(locked, RIGHT)).contains("Clay");
        assertThat(Biff8EncryptionKey.getCurrentUserPassword()).isNull();
        assertThat(rejection(locked, null)).isEqualTo("encrypted-document");
        assertThat(rejection(locked, "Fichte")).isEqualTo("wrong-password");
    }

    @Test
    void opensAnOldTextAndForgetsThePassword() throws IOException {
        assertOpensOnlyWithThePassword(
                rewritten(() -> new HWPFDocument(new ByteArrayInputStream(DocTests.kilns()))), "Sweep the shelves");
    }

    @Test
    void opensAnOldPresentationAndForgetsThePassword() throws IOException {
        assertOpensOnlyWithThePassword(
                rewritten(() -> new HSLFSlideShow(new ByteArrayInputStream(LegacyOfficeTests.slides()))), "Glazes");
    }

    @Test
    void opensAnOpenDocumentFileOfLibreOffice() throws IOException {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream("/documents/locked.odt"))) {
            assertOpensOnlyWithThePassword(in.readAllBytes(), "Sweep the shelves");
        }
    }

    /** As OpenOffice wrote them until 2010. */
    @ParameterizedTest
    @ValueSource(ints = {3, 1013, 1024, 5000})
    void opensAnOpenDocumentFileEncryptedWithBlowfish(int letters) throws Exception {
        String words = new Random(letters)
                .ints(letters, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

        assertOpensOnlyWithThePassword(blowfish(words, "PBKDF2"), words);
    }

    @Test
    void saysThatAFileIsEncryptedInAWayThatIsNotKnown() throws Exception {
        byte[] locked = blowfish("Words", "urn:org:documentfoundation:names:experimental:office:manifest:argon2id");

        assertThat(rejection(locked, RIGHT)).isEqualTo("unsupported-encryption");
        assertThat(rejection(locked, null)).isEqualTo("encrypted-document");
    }

    private static byte[] blowfish(String words, String derivation) throws Exception {
        byte[] salt = "saltsaltsaltsalt".getBytes(StandardCharsets.US_ASCII);
        byte[] start = MessageDigest.getInstance("SHA-1").digest(RIGHT.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(start, "HmacSHA1"));
        mac.update(salt);
        byte[] key = mac.doFinal(new byte[] {0, 0, 0, 1});
        Cipher cipher = Cipher.getInstance("Blowfish/CFB/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, 0, 16, "Blowfish"),
                new IvParameterSpec("vectorve".getBytes(StandardCharsets.US_ASCII)));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(compressed, new Deflater(9, true))) {
            deflater.write(("<d xmlns:o='o' xmlns:t='t'><o:text><t:p>" + words + "</t:p></o:text></d>")
                    .getBytes(StandardCharsets.UTF_8));
        }
        byte[] checked = Arrays.copyOf(compressed.toByteArray(), Math.min(compressed.size(), 1024));
        Base64.Encoder base64 = Base64.getEncoder();
        return new ZipSketch()
                .with("mimetype", "application/vnd.oasis.opendocument.text")
                .with("content.xml", cipher.doFinal(compressed.toByteArray()))
                .with(
                        "META-INF/manifest.xml",
                        "<m><f full-path='/'/><file-entry full-path='content.xml'><encryption-data checksum-type='SHA1/1K' checksum='"
                                + base64.encodeToString(
                                        MessageDigest.getInstance("SHA-1").digest(checked))
                                + "'><algorithm algorithm-name='Blowfish CFB' initialisation-vector='"
                                + base64.encodeToString("vectorve".getBytes(StandardCharsets.US_ASCII))
                                + "'/><key-derivation key-derivation-name='" + derivation
                                + "' iteration-count='1' salt='" + base64.encodeToString(salt)
                                + "'/></encryption-data></file-entry></m>")
                .bytes();
    }

    private void assertOpensOnlyWithThePassword(byte[] locked, String words) throws IOException {
        assertThat(text(locked, RIGHT)).contains(words);
        assertThat(Biff8EncryptionKey.getCurrentUserPassword()).isNull();
        assertThat(rejection(locked, null)).isEqualTo("encrypted-document");
        assertThat(rejection(locked, "Fichte")).isEqualTo("wrong-password");
    }

    /** Opens a document and saves it under the password. */
    private static byte[] rewritten(Opened opened) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (POIDocument document = opened.open()) {
            Biff8EncryptionKey.setCurrentUserPassword(RIGHT);
            document.write(out);
        } finally {
            Biff8EncryptionKey.setCurrentUserPassword(null);
        }
        return out.toByteArray();
    }

    @FunctionalInterface
    private interface Opened {
        POIDocument open() throws IOException;
    }

    private static byte[] locked(byte[] document, EncryptionMode mode) throws Exception {
        return locked(document, new EncryptionInfo(mode));
    }

    private static byte[] locked(byte[] document, EncryptionInfo encryption) throws Exception {
        try (POIFSFileSystem files = new POIFSFileSystem();
                ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            Encryptor encryptor = encryption.getEncryptor();
            encryptor.confirmPassword(RIGHT);
            try (OutputStream out = encryptor.getDataStream(files)) {
                out.write(document);
            }
            files.writeFilesystem(bytes);
            return bytes.toByteArray();
        }
    }

    private String text(byte[] bytes, @Nullable String password) throws IOException {
        Path file = Files.write(folder.resolve("document"), bytes);
        Source source = new Source(
                "document",
                "application/x-tika-msoffice",
                file,
                bytes.length,
                "0".repeat(64),
                password == null ? null : new Password(password));
        return (bytes[0] == 'P' ? odf : parser)
                .parse(source, new ParseLimits(100, 100_000), ParseProgress.NONE)
                .text();
    }

    private String rejection(byte[] bytes, @Nullable String password) {
        return catchThrowableOfType(Rejected.class, () -> text(bytes, password)).code();
    }
}
