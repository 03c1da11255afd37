package io.mivaa.batch.secrets;

import java.util.List;

/**
 * Seals secrets for the database. Seals with the first key and opens with any key, so that keys can be rotated while
 * sealed secrets are stored. Thread-safe.
 */
public final class Secrets {

    private final List<SealingKey> keys;

    Secrets(List<SealingKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** The number of keys. Without a key {@link #seal} and {@link #mark} must not be called. */
    public int keys() {
        return keys.size();
    }

    /**
     * Encrypts a secret.
     *
     * @param owner an id that is required to open it, so that it cannot be moved to another owner
     * @return a printable text, different each time
     */
    public String seal(String clear, String owner) {
        return keys.get(0).seal(clear, owner);
    }

    /** @throws CannotOpen when it was sealed with another key or for another owner, or has been changed */
    public String open(String sealed, String owner) {
        return keys.stream()
                .flatMap(key -> key.open(sealed, owner).stream())
                .findFirst()
                .orElseThrow(CannotOpen::new);
    }

    /**
     * A text that is the same for the same secret, and useless without the key.
     *
     * @param key the index of the key: 0 for the one that seals, below {@link #keys}
     */
    public String mark(String clear, int key) {
        return keys.get(key).mark(clear);
    }

    /** A secret cannot be opened: its key is missing, or it has been changed. */
    public static final class CannotOpen extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CannotOpen() {
            super("none of the keys opens this secret for this owner");
        }
    }
}
