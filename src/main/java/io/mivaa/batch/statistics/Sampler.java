package io.mivaa.batch.statistics;

import io.mivaa.batch.job.outage.Setback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Takes a sample every ten seconds, unless another instance has taken it, and deletes old ones. */
@Component
class Sampler {

    private static final Logger log = LoggerFactory.getLogger(Sampler.class);

    private final Samples samples;
    private final StatisticsSettings settings;
    private final Setback sampling = new Setback(log);

    Sampler(Samples samples, StatisticsSettings settings) {
        this.samples = samples;
        this.settings = settings;
    }

    /** Runs more often than every ten seconds, so that each interval is sampled soon after it has ended. */
    @Scheduled(fixedDelay = 2_000, initialDelay = 2_000)
    void sampleOnSchedule() {
        try {
            if (samples.take()) {
                samples.forget(settings.keep());
            }
            sampling.over();
        } catch (DataAccessException | TransactionException e) {
            sampling.failed("Charts have a gap", e);
        }
    }
}
