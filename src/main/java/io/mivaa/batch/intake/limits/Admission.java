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
 * Says no when there is too much already, as early as it is known. Decided by PostgreSQL and the disk, so that it
 * works while Redis is away. Thread-safe.
 */
@Component
public class Admission {

    private static final String QUOTA_EXCEEDED = "quota-exceeded";
    private static final String QUEUE_FULL = "queue-full";
    private static final String EXCEEDS_QUOTA = "batch-exceeds-quota";

    /** Longer than a commit takes, shorter than a client's patience. */
    private static final Duration TURN = Duration.ofSeconds(2);

    /** Those refused at the same time come again at different ones: up to a quarter later. */
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
        this.refused = List.of(QUOTA_EXCEEDED, QUEUE_FULL, StorageFull.CODE, EXCEEDS_QUOTA).stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        code -> Counter.builder("mivaa.intake.refused")
                                .description("Batches refused because there was too much already")
                                .tag("code", code)
                                .register(meters)));
    }

    /**
     * Before a body is read.
     *
     * @param bytes its length, negative when it is not known
     * @throws Problem 503 {@code storage-full}
     */
    public void refuseWithoutDisk(long bytes) {
        long minimum = settings.minFreeDisk().toBytes();
        long free = usableSpace();
        if (free - Math.max(0, bytes) < minimum) {
            throw counted(StorageFull.of("There is too little disk space left for this request.")
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
     * Before a body is read, when not even one job more would fit.
     *
     * @throws Problem 429 {@code quota-exceeded} or 503 {@code queue-full}
     */
    public void refuseWhenFull(Workspace workspace) {
        OpenJobs.Load load = openJobs.load(workspace);
        decide(workspace, load, 1);
    }

    /**
     * When the body has been read.
     *
     * @param jobs that the batch would open
     * @throws Problem 422 {@code batch-exceeds-quota}, when no waiting would help
     */
    public void refuseWhatCanNeverFit(int jobs) {
        int limit = Math.min(settings.maxOpenJobs(), settings.maxOpenJobsPerWorkspace());
        if (jobs > limit) {
            throw counted(Problem.of(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "batch-exceeds-quota",
                            "A batch of " + jobs + " documents can never be accepted, because at most " + limit
                                    + " may be open at a time; send it in several batches.")
                    .with("limit", limit)
                    .with("current", jobs));
        }
    }

    /**
     * The last act of the transaction that accepts a batch: from here to its end no other one is between, so that the
     * limits hold whatever comes in at the same time.
     *
     * @param jobs that the batch has opened, in this transaction
     * @throws Problem as {@link #refuseWhenFull}
     */
    public void admit(Workspace workspace, int jobs) {
        openJobs.takeTurn(TURN);
        OpenJobs.Load load = openJobs.load(workspace);
        decide(workspace, new OpenJobs.Load(load.all() - jobs, load.ofWorkspace() - jobs), jobs);
    }

    /** @param load without the {@code more} jobs that ask to come in */
    private void decide(Workspace workspace, OpenJobs.Load load, int more) {
        if (load.ofWorkspace() + more > settings.maxOpenJobsPerWorkspace()) {
            throw full(
                    Problem.of(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "quota-exceeded",
                            "The workspace has as many open jobs as it may have; send the batch again later."),
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
                            "The service has as many open jobs as it takes; send the batch again later."),
                    settings.maxOpenJobs(),
                    load.all(),
                    more,
                    null);
        }
    }

    private Problem full(Problem problem, int limit, long current, int more, @Nullable Workspace drained) {
        double rate = openJobs.drainPerSecond(drained);
        return counted(problem.with("limit", limit)
                .with("current", current)
                .retryAfter(retryAfter(current + more - limit, rate)));
    }

    /**
     * Seconds until {@code excess} jobs have come to their end at this rate, and up to a quarter more.
     *
     * @param rate jobs a second
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
