package io.mivaa.batch.job;

import java.util.UUID;

/** Identifies a batch: a UUID of version 7, so that ids sort by creation time. */
public record BatchId(UUID value) {

    public static BatchId create() {
        return new BatchId(TimeOrderedUuid.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
