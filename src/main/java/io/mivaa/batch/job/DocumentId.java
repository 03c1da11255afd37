package io.mivaa.batch.job;

import java.util.UUID;

/** Identifies a document over all its versions: a UUID of version 7, so that ids sort by creation time. */
public record DocumentId(UUID value) {

    public static DocumentId create() {
        return new DocumentId(TimeOrderedUuid.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
