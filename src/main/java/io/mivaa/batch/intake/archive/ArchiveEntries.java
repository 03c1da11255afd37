package io.mivaa.batch.intake.archive;

import io.mivaa.batch.job.Failure;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The entries of a ZIP archive in the order of the file. Not thread-safe. */
interface ArchiveEntries extends Closeable {

    /**
     * The start of an entry.
     *
     * @param name as the archive has it
     * @param refusal why the entry cannot be read, null when it can
     */
    record Header(String name, boolean directory, @Nullable Failure refusal) {}

    /**
     * Moves to the next entry.
     *
     * @return null after the last one
     * @throws IOException when the archive is damaged
     * @throws WrongPassword when the password does not open the entry; nothing behind it can be read
     */
    @Nullable
    Header next() throws IOException;

    /**
     * Reads bytes of the current entry.
     *
     * @return the number of bytes, -1 at the end of the entry
     * @throws IOException when the entry is damaged
     * @throws WrongPassword as in {@link #next}
     */
    int read(byte[] buffer) throws IOException;

    /** The password does not open an entry. Never leaves this package. */
    final class WrongPassword extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
