package io.mivaa.batch.intake.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.OpenJobs;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Refuses batches when the service is full, as early as possible. Decides by PostgreSQL and the disk alone, so that it
 * works while Redis is unavailable. Thread-safe.
 */
@Component
public class Admission {

    /** The longest wait for other acceptances: longer than a commit takes, shorter than clients wait. */
    private static final Duration TURN = Duration.ofSeconds(2);

    /** Spreads the retries of clients that are refused at the same time: up to a quarter later. */
    private static final double JITTER = 0.25;

    private final OpenJobs openJobs;
    private final SpoolDirectory directory;
    private final IntakeSettings settings;
    private final RandomGenerator random;
    private final Map<String, Counter> refused;

    @Autowired
    Admission(OpenJobs openJobs, SpoolDirectory directory, IntakeSettings settings, MeterRegistry meters) {
        this(openJobs, directory, settings, meters, new Random());
    }

    Admission(
            OpenJobs openJobs,
            SpoolDirectory directory,
            IntakeSettings settings,
            MeterRegistry meters,
            RandomGenerator random) {
        this.openJobs = openJobs;
        this.directory = directory;
        this.settings = settings;
        this.random = random;
        this.refused = List.of("quota-exceeded", "queue-full", "storage-full", "batch-exceeds-quota").stream()
                .collect(Collectors.toMap(Function.identity(), code -> RefusedBatches.counter(code, meters)));
    }

    /**
     * Called before a body is read.
     *
     * @param bytes the length of the body, negative when it is unknown
     * @throws Problem 503 {@code storage-full}
     */
    public void refuseWithoutDisk(long bytes) {
        long minimum = settings.minFreeDisk().toBytes();
        long free = usableSpace();
        if (free - Math.max(0, bytes) < minimum) {
            throw counted(StorageFull.of("There is not enough disk space for this request at the moment.")
                    .with("limit", minimum)
                    .with("current", free));
        }
    }

    private long usableSpace() {
        try {
            return directory.usableSpace();
        } catch (IOException e) {
            throw counted(StorageFull.notWritable());
        }
    }

    /**
     * Called before a body is read. Refuses when not even one more job would fit.
     *
     * @throws Problem 429 {@code quota-exceeded} or 503 {@code queue-full}
     */
    public void refuseWhenFull(Workspace workspace) {
        refuseAbove(workspace, openJobs.load(workspace), 1);
    }

    /**
     * Called when the body has been read. Refuses a batch that would not fit even if there were no other jobs.
     *
     * @param jobs that the batch would open
     * @throws Problem 422 {@code batch-exceeds-quota}
     */
    public void refuseWhatCanNeverFit(int jobs) {
        int limit = Math.min(settings.maxOpenJobs(), settings.maxOpenJobsPerWorkspace());
        if (jobs > limit) {
            throw counted(Problem.of(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "batch-exceeds-quota",
                            "A batch of " + jobs + " documents can never be accepted, because at most " + limit
                                    + " jobs may be open at a time; send the documents in several batches.")
                    .with("limit", limit)
                    .with("current", jobs));
        }
    }

    /**
     * The last step of the transaction that accepts a batch. From here to the end of the transaction no other batch is
     * admitted, so the limits hold under any concurrency.
     *
     * @param jobs that the batch has opened in this transaction
     * @throws Problem as {@link #refuseWhenFull}
     */
    public void admit(Workspace workspace, int jobs) {
        openJobs.takeTurn(TURN);
        OpenJobs.Load load = openJobs.load(workspace);
        refuseAbove(workspace, new OpenJobs.Load(load.all() - jobs, load.ofWorkspace() - jobs), jobs);
    }

    /** @param load the open jobs without the {@code more} new ones */
    private void refuseAbove(Workspace workspace, OpenJobs.Load load, int more) {
        if (load.ofWorkspace() + more > settings.maxOpenJobsPerWorkspace()) {
            throw full(
                    Problem.of(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "quota-exceeded",
                            "The workspace has too many open jobs to accept this batch; send it again later."),
                    settings.maxOpenJobsPerWorkspace(),
                    load.ofWorkspace(),
                    more,
                    workspace);
        }
        if (load.all() + more > settings.maxOpenJobs()) {
            throw full(
                    Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "queue-full",
                            "The service has too many open jobs to accept this batch; send it again later."),
                    settings.maxOpenJobs(),
                    load.all(),
                    more,
                    null);
        }
    }

    /** @param drained the workspace whose jobs must end first, null for all workspaces */
    private Problem full(Problem problem, int limit, long current, int more, @Nullable Workspace drained) {
        double rate = openJobs.drainPerSecond(drained);
        return counted(problem.with("limit", limit)
                .with("current", current)
                .retryAfter(retryAfter(current + more - limit, rate)));
    }

    /**
     * The seconds until {@code excess} jobs have ended at this rate, and up to a quarter more.
     *
     * @param rate jobs per second
     */
    long retryAfter(long excess, double rate) {
        double longest = settings.maxRetryAfter().toSeconds() / (1 + JITTER);
        double seconds = rate <= 0 ? longest : Math.min(longest, excess / rate);
        return Math.max(1, Math.round(seconds * (1 + JITTER * random.nextDouble())));
    }

    private Problem counted(Problem problem) {
        Objects.requireNonNull(refused.get(problem.code())).increment();
        return problem;
    }
}
