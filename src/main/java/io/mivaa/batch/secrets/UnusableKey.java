package io.mivaa.batch.secrets;

/** The service refuses to start, because a configured key is not valid. */
final class UnusableKey extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param description what is wrong, in a sentence that does not quote the key */
    UnusableKey(String description) {
        super(description);
    }
}
