package io.mivaa.batch.job.expiry;

import io.mivaa.batch.job.acceptance.SpoolDirectory;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Temporary files that were written long ago, and those of processes that have ended. Thread-safe. */
@Component
final class ExpiredFiles implements Expiring {

    private final SpoolDirectory spool;
    private final Clock clock;

    ExpiredFiles(SpoolDirectory spool, Clock clock) {
        this.spool = spool;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "files";
    }

    @Override
    public Pages olderThan(Duration age) {
        return max -> new Page(spool.removeLeftovers(clock.instant().minus(age)), false);
    }
}
