package io.mivaa.batch.intake.status;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.progress.view.BatchView;
import io.mivaa.batch.progress.view.JobView;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * Answers status requests: with 304 when the caller knows the version, and with a delay until something changes when the
 * caller asks to wait. Thread-safe.
 */
@Component
class StatusAnswers implements SmartLifecycle {

    private final Batches batches;
    private final Jobs jobs;
    private final Duration maxWait;
    private final LongPoll<BatchId> batchPoll;
    private final LongPoll<JobId> jobPoll;
    private volatile boolean running;

    StatusAnswers(Batches batches, Jobs jobs, IntakeSettings settings) {
        this.batches = batches;
        this.jobs = jobs;
        this.maxWait = settings.maxWait();
        this.batchPoll = new LongPoll<>("wait-for-batch", batches::versions);
        this.jobPoll = new LongPoll<>("wait-for-job", jobs::versions);
    }

    /** @param known the If-None-Match header */
    DeferredResult<ResponseEntity<Object>> batch(
            Workspace workspace, BatchId id, @Nullable Integer wait, @Nullable String known) {
        Supplier<Batch> read = () -> batches.find(workspace, id).orElseThrow(() -> Problem.notFound("batch"));
        Batch batch = read.get();
        Duration atMost = duration(wait);
        if (answersAtOnce(atMost, known, batch.version(), batch.state().terminal())) {
            return LongPoll.now(() -> answer(batch.version(), known, BatchView.of(batch)));
        }
        return batchPoll.await(id, batch.version(), atMost, changed -> {
            Batch now = changed ? read.get() : batch;
            return answer(now.version(), known, BatchView.of(now));
        });
    }

    /** As {@link #batch}. */
    DeferredResult<ResponseEntity<Object>> job(
            Workspace workspace, JobId id, @Nullable Integer wait, @Nullable String known) {
        Supplier<Job> read = () -> jobs.find(workspace, id).orElseThrow(() -> Problem.notFound("job"));
        Job job = read.get();
        Duration atMost = duration(wait);
        if (answersAtOnce(atMost, known, job.version(), job.state().terminal())) {
            return LongPoll.now(() -> answer(job.version(), known, JobView.of(job)));
        }
        return jobPoll.await(id, job.version(), atMost, changed -> {
            Job now = changed ? read.get() : job;
            return answer(now.version(), known, JobView.of(now));
        });
    }

    static String etag(long version) {
        return "W/\"" + version + "\"";
    }

    private static boolean answersAtOnce(Duration wait, @Nullable String known, long version, boolean terminal) {
        return wait.isZero() || terminal || (known != null && !matches(known, version));
    }

    private Duration duration(@Nullable Integer wait) {
        if (wait != null && wait < 0) {
            throw Problem.invalid("wait", "invalid-value", "wait must be a number of seconds, 0 or greater.");
        }
        Duration asked = Duration.ofSeconds(wait == null ? 0 : wait);
        return asked.compareTo(maxWait) < 0 ? asked : maxWait;
    }

    private static ResponseEntity<Object> answer(long version, @Nullable String known, Object body) {
        if (known != null && matches(known, version)) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                    .eTag(etag(version))
                    .build();
        }
        return ResponseEntity.ok()
                .eTag(etag(version))
                .header("Cache-Control", "no-cache")
                .body(body);
    }

    /** Weak comparison of RFC 9110, 13.1.2. */
    private static boolean matches(String known, long version) {
        String wanted = "\"" + version + "\"";
        return Arrays.stream(known.split(","))
                .map(String::strip)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .anyMatch(tag -> tag.equals(wanted) || tag.equals("*"));
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        batchPoll.close();
        jobPoll.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
