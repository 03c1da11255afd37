package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.poi.poifs.crypt.Decryptor;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/**
 * Reads an encrypted file of Office 2007 or later. Such a file is stored within an OLE compound file ([MS-OFFCRYPTO]).
 */
final class EncryptedOoxml {

    /** Office writes 100,000; the file may name any number up to two billion. */
    private static final int MOST_SPINS = 1_000_000;

    private EncryptedOoxml() {}

    /**
     * Decrypts the file into a temporary file next to the source, which is deleted afterwards.
     *
     * @throws io.mivaa.batch.pipeline.Rejected when the password is missing or wrong
     */
    static ParsedDocument read(Source source, ParseLimits limits, ContainerSettings settings, ParseProgress progress)
            throws Exception {
        Password password = source.password();
        if (password == null) {
            throw Guarded.encrypted(LegacyOfficeParser.KIND);
        }
        Path decrypted = Files.createTempFile(source.file().toAbsolutePath().getParent(), "", ".decrypted");
        try {
            decrypt(source, password, decrypted);
            Source content = new Source(
                    source.filename(), OoxmlParser.SOME_OOXML, decrypted, Files.size(decrypted), source.sha256());
            return new OoxmlParser(settings).parse(content, limits, progress);
        } finally {
            Files.deleteIfExists(decrypted);
        }
    }

    private static void decrypt(Source source, Password password, Path target) throws Exception {
        try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
            EncryptionInfo encryption = new EncryptionInfo(files);
            if (encryption.getVerifier().getSpinCount() > MOST_SPINS) {
                throw new Rejected(
                        "unsupported-encryption",
                        "The key of the Office file takes more than " + MOST_SPINS + " steps to derive.");
            }
            Decryptor decryptor = Decryptor.getInstance(encryption);
            if (!decryptor.verifyPassword(password.value())) {
                throw Guarded.locked(LegacyOfficeParser.KIND, source);
            }
            try (InputStream in = decryptor.getDataStream(files)) {
                Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
