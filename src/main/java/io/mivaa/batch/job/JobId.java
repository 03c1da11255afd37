package io.mivaa.batch.job;

import java.util.UUID;

/** Identifies a job: a UUID of version 7, so that ids sort by creation time. */
public record JobId(UUID value) {

    public static JobId create() {
        return new JobId(TimeOrderedUuid.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
