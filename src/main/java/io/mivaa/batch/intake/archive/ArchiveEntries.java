package io.mivaa.batch.intake.archive;

import io.mivaa.batch.job.Failure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.model.LocalFileHeader;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The entries of a ZIP archive as they come. Used by one thread. */
interface ArchiveEntries extends Closeable {

    /**
     * An entry that has begun.
     *
     * @param name as it stands there
     * @param refusal why nothing can be had of it, null when it can be read
     */
    record Header(String name, boolean directory, @Nullable Failure refusal) {}

    /**
     * @return null after the last
     * @throws IOException when the archive is damaged
     * @throws WrongPassword when the password does not open the entry, behind which nothing can be read
     */
    @Nullable
    Header next() throws IOException;

    /**
     * Reads of the entry that has begun.
     *
     * @throws IOException when it is damaged
     * @throws WrongPassword as in {@link #next}
     */
    int read(byte[] buffer, int offset, int length) throws IOException;

    /** Never seen outside. */
    final class WrongPassword extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Of an archive that came without a password. */
    static ArchiveEntries plain(InputStream in) {
        ZipArchiveInputStream zip = new ZipArchiveInputStream(in, StandardCharsets.UTF_8.name(), true, true, true);
        return new ArchiveEntries() {
            @Override
            public @Nullable Header next() throws IOException {
                ZipArchiveEntry entry = zip.getNextEntry();
                return entry == null ? null : new Header(entry.getName(), entry.isDirectory(), refusal(zip, entry));
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return zip.read(buffer, offset, length);
            }

            @Override
            public void close() throws IOException {
                zip.close();
            }
        };
    }

    private static @Nullable Failure refusal(ZipArchiveInputStream zip, ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            return Failure.invalidInput(
                    "encrypted-document", "The entry of the archive is encrypted and a password is needed to read it.");
        }
        return zip.canReadEntryData(entry)
                ? null
                : Failure.invalidInput(
                        "unsupported-format", "The entry of the archive is compressed in a way that is not known.");
    }

    /** Of an archive that came with a password, whether it needs one or not: by PKWARE's first cipher or by AES. */
    static ArchiveEntries locked(InputStream in, String password) {
        var zip =
                new net.lingala.zip4j.io.inputstream.ZipInputStream(in, password.toCharArray(), StandardCharsets.UTF_8);
        return new ArchiveEntries() {
            private boolean weaklyLocked;

            @Override
            public @Nullable Header next() throws IOException {
                try {
                    LocalFileHeader entry = zip.getNextEntry();
                    weaklyLocked = entry != null
                            && entry.isEncrypted()
                            && entry.getEncryptionMethod() == EncryptionMethod.ZIP_STANDARD;
                    return entry == null ? null : new Header(entry.getFileName(), entry.isDirectory(), null);
                } catch (ZipException e) {
                    throw told(e);
                }
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return zip.read(buffer, offset, length);
                } catch (IOException e) {
                    // the first cipher takes one password in 256 for the right one
                    if (weaklyLocked) {
                        throw new WrongPassword();
                    }
                    throw told(e);
                }
            }

            @Override
            public void close() throws IOException {
                zip.close();
            }
        };
    }

    private static IOException told(IOException e) {
        if (e instanceof ZipException zip && zip.getType() == ZipException.Type.WRONG_PASSWORD) {
            throw new WrongPassword();
        }
        return e;
    }
}
