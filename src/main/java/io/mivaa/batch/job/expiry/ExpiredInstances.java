package io.mivaa.batch.job.expiry;

import io.mivaa.batch.job.claim.Instances;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Instances whose leases ended long ago. There are few, so one page removes all of them. Thread-safe. */
@Component
final class ExpiredInstances implements Expiring {

    private final Instances instances;

    ExpiredInstances(Instances instances) {
        this.instances = instances;
    }

    @Override
    public String kind() {
        return "instances";
    }

    @Override
    public Pages olderThan(Duration age) {
        return max -> new Page(instances.forgetDead(age), false);
    }
}
