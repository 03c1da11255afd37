package io.mivaa.batch.secrets;

import java.util.List;

/**
 * Seals what the database must keep but not tell. The first key seals, all of them open, so that keys can be exchanged
 * while secrets wait. Thread-safe.
 */
public final class Secrets {

    private final List<SealingKey> keys;

    Secrets(List<SealingKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** How many keys there are. Without one nothing can be kept: {@link #seal} and {@link #mark} must not be called. */
    public int keys() {
        return keys.size();
    }

    /**
     * Printable, and another text each time.
     *
     * @param owner an id that is needed to open it again, so that it cannot be slipped to another owner
     */
    public String seal(String clear, String owner) {
        return keys.get(0).seal(clear, owner);
    }

    /** @throws CannotOpen when it was sealed with none of the keys or for another owner, or was changed since */
    public String open(String sealed, String owner) {
        return keys.stream()
                .flatMap(key -> key.open(sealed, owner).stream())
                .findFirst()
                .orElseThrow(CannotOpen::new);
    }

    /**
     * Tells equal secrets from different ones without telling anything of them to whoever lacks the key.
     *
     * @param key 0 for the one that seals, up to {@link #keys}
     */
    public String mark(String clear, int key) {
        return keys.get(key).mark(clear);
    }

    /** A secret is lost, or its key is not here. */
    public static final class CannotOpen extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CannotOpen() {
            super("none of the keys opens this secret for this owner");
        }
    }
}
