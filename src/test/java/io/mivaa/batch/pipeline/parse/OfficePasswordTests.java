package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Password;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Office documents that a password protects. */
class OfficePasswordTests {

    private static final String RIGHT = "Lärche-7";

    private final LegacyOfficeParser parser = new LegacyOfficeParser(
            ZipSketch.SETTINGS, new MailParser(ZipSketch.SETTINGS, () -> List.of(new TextParser())));

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
    void opensAnOldWorkbookAndForgetsThePassword() throws IOException {
        Biff8EncryptionKey.setCurrentUserPassword(RIGHT);
        byte[] locked = new LegacyOfficeTests().sample();
        Biff8EncryptionKey.setCurrentUserPassword(null);

        assertThat(text(locked, RIGHT)).contains("Clay");
        assertThat(Biff8EncryptionKey.getCurrentUserPassword()).isNull();
        assertThat(rejection(locked, null)).isEqualTo("encrypted-document");
        assertThat(rejection(locked, "Fichte")).isEqualTo("wrong-password");
    }

    private static byte[] locked(byte[] document, EncryptionMode mode) throws Exception {
        try (POIFSFileSystem files = new POIFSFileSystem();
                ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            Encryptor encryptor = new EncryptionInfo(mode).getEncryptor();
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
        return parser.parse(source, new ParseLimits(100, 100_000), ParseProgress.NONE)
                .text();
    }

    private String rejection(byte[] bytes, @Nullable String password) {
        return catchThrowableOfType(Rejected.class, () -> text(bytes, password)).code();
    }
}
