package io.mivaa.batch.job;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/** Makes UUIDs of version 7 (RFC 9562), strictly growing within a process. Thread-safe. */
public final class TimeOrderedUuid {

    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private TimeOrderedUuid() {}

    public static UUID next() {
        return GENERATOR.generate();
    }
}
