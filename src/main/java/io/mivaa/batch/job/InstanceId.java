package io.mivaa.batch.job;

import java.util.UUID;

/** Identifies one start of the service and is never reused: a UUID of version 7, so that ids sort by creation time. */
public record InstanceId(UUID value) {

    public static InstanceId create() {
        return new InstanceId(TimeOrderedUuid.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
