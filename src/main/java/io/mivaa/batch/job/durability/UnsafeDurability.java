package io.mivaa.batch.job.durability;

/** The service refuses to start because PostgreSQL may lose what it has committed. */
final class UnsafeDurability extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param description the unsafe settings and their consequence */
    UnsafeDurability(String description) {
        super(description);
    }
}
