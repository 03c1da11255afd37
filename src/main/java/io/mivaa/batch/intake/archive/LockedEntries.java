package io.mivaa.batch.intake.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an archive that came with a password. Entries may be in clear, or encrypted by AES or by PKWARE's first
 * cipher.
 */
final class LockedEntries implements ArchiveEntries {

    private final ZipInputStream zip;
    private boolean weaklyEncrypted;

    LockedEntries(InputStream in, String password) {
        this.zip = new ZipInputStream(in, password.toCharArray(), StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Header next() throws IOException {
        try {
            LocalFileHeader entry = zip.getNextEntry();
            weaklyEncrypted = entry != null
                    && entry.isEncrypted()
                    && entry.getEncryptionMethod() == EncryptionMethod.ZIP_STANDARD;
            return entry == null ? null : new Header(entry.getFileName(), entry.isDirectory(), null);
        } catch (ZipException e) {
            throw cause(e);
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        try {
            return zip.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            // PKWARE's first cipher accepts one wrong password in 256; then the content is garbage.
            if (weaklyEncrypted) {
                throw new WrongPassword();
            }
            throw cause(e);
        }
    }

    static IOException cause(IOException e) {
        if (e instanceof ZipException zip && zip.getType() == ZipException.Type.WRONG_PASSWORD) {
            throw new WrongPassword();
        }
        return e;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
