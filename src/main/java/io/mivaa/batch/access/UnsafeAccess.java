package io.mivaa.batch.access;

/** The service refuses to start, because its access settings are unsafe. */
final class UnsafeAccess extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * @param description what is wrong, in a sentence
     * @param action what to do about it
     */
    UnsafeAccess(String description, String action) {
        super(description);
        this.action = action;
    }

    String action() {
        return action;
    }
}
