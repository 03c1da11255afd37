package io.mivaa.batch.embedded;

import java.nio.file.Path;

/**
 * A key for the service's secrets, made once and kept beside its own PostgreSQL. There is a bean of this type only where
 * that is used.
 *
 * @param base64 32 random bytes, unless somebody changed the file
 */
public record OwnKey(Path file, String base64) {

    /** Tells no key. */
    @Override
    public String toString() {
        return "OwnKey[" + file + "]";
    }
}
