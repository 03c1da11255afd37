package io.mivaa.batch.embedded;

import java.nio.file.Path;

/**
 * The key for the service's secrets, created once and kept next to the embedded PostgreSQL. A bean of this type exists
 * only when the service starts its own PostgreSQL.
 *
 * @param base64 32 random bytes, unless someone has changed the file
 */
public record OwnKey(Path file, String base64) {

    /** Without the key. */
    @Override
    public String toString() {
        return "OwnKey[" + file + "]";
    }
}
