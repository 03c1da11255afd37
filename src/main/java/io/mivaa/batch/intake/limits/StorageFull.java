package io.mivaa.batch.intake.limits;

import io.mivaa.batch.http.Problem;
import org.springframework.http.HttpStatus;

/** The problem 503 {@code storage-full}: the disk for temporary files is full, read-only or unavailable. */
public final class StorageFull {

    /** Long, because a person frees disk space; the queue does not. */
    private static final long RETRY_AFTER_SECONDS = 30;

    private StorageFull() {}

    /** For a temporary file that cannot be written. */
    public static Problem notWritable() {
        return of("The temporary files of this request cannot be written at the moment.");
    }

    /** @param detail the sentence for the client */
    public static Problem of(String detail) {
        return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "storage-full", detail)
                .retryAfter(RETRY_AFTER_SECONDS);
    }
}
