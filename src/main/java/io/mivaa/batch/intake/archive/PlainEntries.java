package io.mivaa.batch.intake.archive;

import io.mivaa.batch.job.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The entries of an archive that came without a password. Encrypted ones are refused one by one. */
final class PlainEntries implements ArchiveEntries {

    private final ZipArchiveInputStream zip;

    PlainEntries(InputStream in) {
        this.zip = new ZipArchiveInputStream(in, StandardCharsets.UTF_8.name(), true, true, true);
    }

    @Override
    public @Nullable Header next() throws IOException {
        ZipArchiveEntry entry = zip.getNextEntry();
        return entry == null ? null : new Header(entry.getName(), entry.isDirectory(), refusal(entry));
    }

    private @Nullable Failure refusal(ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            return Failure.invalidInput(
                    "encrypted-document",
                    "This entry of the archive is encrypted; send the archive with its password.");
        }
        return zip.canReadEntryData(entry)
                ? null
                : Failure.invalidInput(
                        "unsupported-format", "The compression method of this entry of the archive is not supported.");
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return zip.read(buffer, 0, buffer.length);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
