package io.mivaa.batch.job;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/** Creates UUIDs of version 7 (RFC 9562) that strictly increase within a process. Thread-safe. */
public final class TimeOrderedUuid {

    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private TimeOrderedUuid() {}

    /** Creates the next UUID. */
    public static UUID next() {
        return GENERATOR.generate();
    }
}
