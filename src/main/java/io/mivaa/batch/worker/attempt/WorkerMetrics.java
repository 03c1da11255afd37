package io.mivaa.batch.worker.attempt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobStage;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The meters of this instance's workers. While no attempt runs, {@code starts = attempts(succeeded + retrying + dead +
 * handed_back + lost)}.
 */
public final class WorkerMetrics {

    private final MeterRegistry meters;
    private final Counter starts;
    private final Counter chunks;
    private final Counter tokens;
    private final Timer wait;
    private final AtomicInteger busy = new AtomicInteger();
    private final Map<End, Counter> ends = new ConcurrentHashMap<>();
    private final Map<JobStage, Timer> stages = new ConcurrentHashMap<>();

    private record End(String outcome, String failureClass) {}

    public WorkerMetrics(MeterRegistry meters, int concurrency) {
        this.meters = meters;
        this.starts = Counter.builder("mivaa.attempts.started")
                .description("Attempts started; each claim of a job starts one")
                .register(meters);
        this.chunks = Counter.builder("mivaa.chunks.embedded")
                .description("Chunks that got a vector")
                .register(meters);
        this.tokens = Counter.builder("mivaa.tokens.embedded")
                .description("Tokens of these chunks")
                .register(meters);
        this.wait = Timer.builder("mivaa.queue.wait")
                .description("From queued to claimed")
                .publishPercentileHistogram()
                .register(meters);
        fenced("commit");
        fenced("progress");
        meters.gauge("mivaa.workers.busy", busy);
        meters.gauge("mivaa.workers.threads", concurrency);
    }

    public Counter dispatchersRebuilt() {
        return Counter.builder("mivaa.dispatchers.rebuilt")
                .description("Dispatcher threads that hung and were replaced")
                .register(meters);
    }

    void started(long waitedMillis) {
        starts.increment();
        wait.record(waitedMillis, TimeUnit.MILLISECONDS);
        busy.incrementAndGet();
    }

    /** @param failureClass "none" if there was no failure */
    void ended(String outcome, String failureClass) {
        busy.decrementAndGet();
        ends.computeIfAbsent(
                        new End(outcome, failureClass),
                        end -> Counter.builder("mivaa.attempts")
                                .description("Attempts ended, by outcome and class of failure")
                                .tag("outcome", outcome.toLowerCase(Locale.ROOT))
                                .tag("class", failureClass.toLowerCase(Locale.ROOT))
                                .register(meters))
                .increment();
    }

    void ended(String outcome, FailureClass failureClass) {
        ended(outcome, failureClass.name());
    }

    /** @param by what noticed it: the "commit" that found no row, or the round of "progress" before it */
    void lost(String by) {
        fenced(by).increment();
    }

    private Counter fenced(String by) {
        return Counter.builder("mivaa.commits.fenced")
                .description("Attempts whose claim was lost, so that their outcome was discarded")
                .tag("by", by)
                .register(meters);
    }

    void embedded(int newChunks, long newTokens) {
        chunks.increment(newChunks);
        tokens.increment((double) newTokens);
    }

    void stage(JobStage stage, long nanos) {
        stages.computeIfAbsent(
                        stage,
                        one -> Timer.builder("mivaa.stage.duration")
                                .description("How long a stage of an attempt took")
                                .tag("stage", one.name().toLowerCase(Locale.ROOT))
                                .publishPercentileHistogram()
                                .register(meters))
                .record(nanos, TimeUnit.NANOSECONDS);
    }
}
