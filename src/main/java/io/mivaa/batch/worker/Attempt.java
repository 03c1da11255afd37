package io.mivaa.batch.worker;

import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.worker.Leash.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.PessimisticLockingFailureException;

/**
 * One try at one job: runs the pipeline and settles the claim, exactly once, whatever happens. Nothing escapes
 * {@link #run} but an error of the virtual machine that no code survives. A success is left to {@link GroupCommit}, and
 * the thread is free before it is committed; the attempt is over when it is.
 */
final class Attempt implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    /** A document that was read once may not be so again: its password is forgotten, its bytes may be. */
    private static final Set<String> UNREADABLE_AGAIN = Set.of("encrypted-document", "content-not-kept");

    private final Claim claim;
    private final Workbench bench;
    private final AttemptProgress progress;
    private final Settlement settlement;
    private final Leash leash = new Leash();
    private final Executor later;
    private final Consumer<Attempt> over;

    private volatile boolean handedOn;

    /**
     * @param later for what is left to do when its outcome could not be committed together with others
     * @param over is told when the attempt is over, on whichever thread; not when its thread was given up
     */
    Attempt(Claim claim, Workbench bench, Executor later, Consumer<Attempt> over) {
        this.claim = claim;
        this.bench = bench;
        this.later = later;
        this.over = over;
        this.progress = new AttemptProgress(claim, bench.retries(), bench.metrics());
        this.settlement = new Settlement(claim, bench.settling(), bench::stopped);
    }

    Claim claim() {
        return claim;
    }

    /** Interrupts the work on the document, from another thread; the first reason counts. */
    void stop(Stop reason) {
        leash.stop(reason);
    }

    void stopWhenOverdue() {
        if (leash.atWork().compareTo(limit()) > 0) {
            leash.stop(Stop.TIMEOUT);
        }
    }

    /** Gives up the thread that has not stopped for so long: then {@link #settleAbandoned} is the caller's to call. */
    boolean abandonAfter(Duration grace) {
        return leash.abandonAfter(grace);
    }

    /** To be asked by the thread at its end. */
    boolean wasAbandoned() {
        return leash.wasAbandoned();
    }

    /** Whether its outcome is on the way to the database already, so that nothing else is worth telling it. */
    boolean handedOn() {
        return handedOn;
    }

    /** How far it is, for the one thread that tells the database. */
    AttemptProgress.Report report() {
        return progress.report();
    }

    @Override
    public void run() {
        within(() -> {
            bench.metrics().started(claim.waitedMillis());
            part(this::transform);
        });
    }

    /** A part of the attempt, on one thread; says whether the attempt is over with it. */
    @FunctionalInterface
    private interface Part {
        boolean ends() throws IOException;
    }

    private void part(Part part) {
        boolean ended = true;
        try {
            try {
                ended = part.ends();
            } catch (Throwable failure) {
                ended = leash.end();
                if (ended) {
                    settle(failure);
                }
            }
            if (ended) {
                progress.record();
            }
        } finally {
            if (ended) {
                over.accept(this);
            }
        }
    }

    /** Settles what a thread that was given up still runs; whatever that one comes to is thrown away. */
    void settleAbandoned() {
        within(() -> {
            log.warn(
                    "Job {} of batch {} did not let itself be stopped; its thread is given up",
                    claim.job(),
                    claim.batch());
            settle(new CancellationException("its thread was given up"));
            progress.record();
        });
    }

    private void within(Runnable work) {
        MDC.put("job.id", claim.job().toString());
        MDC.put("batch.id", claim.batch().toString());
        MDC.put("workspace", claim.workspace().name());
        try {
            work.run();
        } finally {
            MDC.clear();
        }
    }

    private boolean transform() throws IOException {
        PipelineOptions options = options(claim.options());
        String fingerprint = bench.pipeline().fingerprint(claim.mediaType(), options);
        // The same bytes with the same settings give the same result, so an earlier one will do.
        return claim.known().containsKey(fingerprint)
                ? commit(new GroupCommit.Outcome(claim, null, fingerprint, progress.timings()))
                : transform(options, fingerprint);
    }

    private boolean transform(PipelineOptions options, String fingerprint) throws IOException {
        Path file = bench.spool().newFile(".document");
        try {
            Source source = new Source(
                    claim.filename(), claim.mediaType(), file, claim.bytes(), claim.sha256(), bench.password(claim));
            Made made = bench.providers()
                    .through(claim.options().embedding().provider(), () -> make(source, options, fingerprint));
            if (!leash.end()) {
                throw new CancellationException("its thread was given up");
            }
            progress.enter(JobStage.STORING);
            return commit(new GroupCommit.Outcome(claim, made.document(), made.fingerprint(), progress.timings()));
        } finally {
            delete(file);
        }
    }

    private record Made(RagDocument document, String fingerprint) {}

    private Made make(Source source, PipelineOptions options, String fingerprint) throws IOException {
        try {
            fetch(source.file());
            leash.begin();
            return new Made(bench.pipeline().run(source, options, progress), fingerprint);
        } catch (Rejected refused) {
            if (!UNREADABLE_AGAIN.contains(refused.code())) {
                throw refused;
            }
            ParsedDocument known = bench.results().knownText(claim).orElseThrow(() -> refused);
            leash.begin();
            // Not what a parser makes of these bytes today, so nobody who posts them is to be given it.
            return new Made(
                    bench.pipeline().runParsed(source, known, options, progress),
                    Sha256.of(fingerprint + "\nof known text"));
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("A temporary file stays until this process ends: {}", e.toString());
        }
    }

    private void fetch(Path file) throws IOException {
        bench.contents().copyTo(claim.job(), claim.bytes(), file);
        if (Files.size(file) != claim.bytes()) {
            throw new Rejected(
                    "content-not-kept",
                    "The bytes of this document were not kept, because it was refused when it came in; post it again.");
        }
    }

    /** Result and state in one transaction, so that neither is ever seen without the other. */
    private boolean commit(GroupCommit.Outcome outcome) {
        if (GroupCommit.takes(outcome)) {
            handedOn = true;
            bench.commits().submit(outcome, verdict -> told(outcome, verdict));
            return false;
        }
        return end(
                outcome,
                progress.timed(() -> settlement.once(() -> bench.commits().commitAlone(outcome))));
    }

    /** On the thread that commits for all, which has no time for more than good news. */
    private void told(GroupCommit.Outcome outcome, GroupCommit.Verdict verdict) {
        if (verdict.committed()) {
            within(() -> part(() -> end(outcome, true)));
            return;
        }
        try {
            later.execute(() -> within(() -> part(() -> end(outcome, commitAlone(outcome, verdict.failure())))));
        } catch (RuntimeException | Error noThread) {
            // Nobody is at the job any more: the heartbeat gives it back, or the lease ends.
            over.accept(this);
            bench.metrics().ended("LOST", "none");
            log.warn(
                    "Job {} of batch {} is not settled by this instance: {}",
                    claim.job(),
                    claim.batch(),
                    noThread.toString());
        }
    }

    /** @param failure of the group, which may have concerned others only; null when it left this one out */
    private boolean commitAlone(GroupCommit.Outcome outcome, @Nullable Throwable failure) {
        Supplier<Boolean> alone = () -> bench.commits().commitAlone(outcome);
        // A lock that somebody holds for long, or two groups that wait for each other: rolled back, that is certain.
        boolean unknown = failure != null
                && Settlement.databaseAway(failure)
                && !(failure instanceof PessimisticLockingFailureException);
        return unknown ? settlement.again(alone) : settlement.once(alone);
    }

    private boolean end(GroupCommit.Outcome outcome, boolean committed) {
        RagDocument document = outcome.document();
        if (!committed) {
            handBack("the result it was to reuse is gone");
        } else if (document == null) {
            succeeded("reused an earlier result");
        } else {
            bench.metrics()
                    .embedded(
                            document.chunks().size(),
                            document.chunks().stream()
                                    .mapToLong(chunk -> chunk.tokens())
                                    .sum());
            succeeded(document.chunks().size() + " chunks");
        }
        return true;
    }

    private void succeeded(String with) {
        bench.metrics().ended("SUCCEEDED", "none");
        log.info(
                "Job {} of batch {} in workspace {} succeeded in attempt {} with {}, ms {}",
                claim.job(),
                claim.batch(),
                claim.workspace(),
                claim.attempt(),
                with,
                progress.timings());
    }

    private void settle(Throwable failure) {
        try {
            if (leash.stopped() == Stop.LOST) {
                throw new ClaimLost(claim);
            }
            settleUnlessRefused(failure);
        } catch (ClaimLost lost) {
            lost();
        } catch (CancellationException unsettled) {
            bench.metrics().ended("LOST", "none");
            log.warn(
                    "Job {} of batch {} could not be settled before this instance stopped;"
                            + " another takes it over when the lease has run out",
                    claim.job(),
                    claim.batch());
        } catch (RuntimeException | Error unexpected) {
            bench.metrics().ended("LOST", "none");
            log.error(
                    "Job {} of batch {} could not be settled; the heartbeat gives it back",
                    claim.job(),
                    claim.batch(),
                    unexpected);
        }
    }

    /**
     * What PostgreSQL refuses to keep of a failure it would refuse again after every other attempt; so then a failure
     * that has nothing of the document takes its place, and the number of attempts is bounded by policy.
     */
    private void settleUnlessRefused(Throwable failure) {
        try {
            settleAs(failure);
        } catch (DataAccessException refused) {
            log.error(
                    "PostgreSQL refuses how job {} of batch {} ended; it is settled without what happened",
                    claim.job(),
                    claim.batch());
            fail(Diagnosis.refused(), refused);
        }
    }

    private void settleAs(Throwable failure) {
        if (failure instanceof ClaimLost lost) {
            throw lost;
        }
        // The database's fault is not the document's, and what an interrupted step throws is its own choice: so the
        // reason of the interrupt counts before the failure, but not before an outage.
        Stop why = leash.stopped();
        if (Settlement.databaseAway(failure)) {
            handBack("PostgreSQL was away");
        } else if (why == Stop.TIMEOUT) {
            fail(timeout(), failure);
        } else if (why == Stop.DRAIN || failure instanceof CancellationException) {
            handBack("this instance stops");
        } else {
            fail(Diagnosis.of(failure), failure);
        }
    }

    private void handBack(String reason) {
        settlement.once(() -> {
            bench.settling().handBack(claim);
            return true;
        });
        bench.metrics().ended("HANDED_BACK", "none");
        log.info(
                "Job {} of batch {} in workspace {} handed back: {}",
                claim.job(),
                claim.batch(),
                claim.workspace(),
                reason);
    }

    private void fail(Failure failure, Throwable thrown) {
        Optional<RetryPolicy.Verdict> verdict = bench.retries().judge(claim, failure, thrown);
        settlement.once(() -> {
            verdict.ifPresentOrElse(
                    again -> bench.settling()
                            .retryLater(
                                    claim,
                                    failure,
                                    again.delay(),
                                    again.countsAsAttempt(),
                                    progress.stage(),
                                    progress.timings()),
                    () -> bench.settling().bury(claim, failure, progress.stage(), progress.timings()));
            return true;
        });
        bench.metrics().ended(verdict.isPresent() ? "RETRYING" : "DEAD", failure.failureClass());
        log.atInfo()
                .setCause(failure.failureClass() == FailureClass.INTERNAL ? thrown : null)
                .log(
                        "Job {} of batch {} in workspace {} failed in attempt {} while {} with {} {}: {}; {}, ms {}",
                        claim.job(),
                        claim.batch(),
                        claim.workspace(),
                        claim.attempt(),
                        progress.stage(),
                        failure.failureClass(),
                        failure.code(),
                        failure.message(),
                        verdict.map(v -> "tried again in " + v.delay().toMillis() + " ms")
                                .orElse("given up"),
                        progress.timings());
    }

    private Failure timeout() {
        return new Failure(
                FailureClass.TIMEOUT,
                "attempt-timeout",
                "The attempt took longer than the allowed " + limit().toSeconds() + " seconds.");
    }

    private Duration limit() {
        return bench.timeLimit().of(claim.bytes(), progress.pages());
    }

    private void lost() {
        bench.metrics().lost(leash.stopped() == Stop.LOST ? "progress" : "commit");
        bench.metrics().ended("LOST", "none");
        log.info(
                "Job {} of batch {} was cancelled or taken over while this instance had it; its outcome is thrown away",
                claim.job(),
                claim.batch());
    }

    private static PipelineOptions options(BatchOptions options) {
        BatchOptions.Chunking chunking = options.chunking();
        return new PipelineOptions(
                new ChunkingOptions(
                        chunking.strategy(), chunking.maxTokens(), chunking.overlapTokens(), chunking.minTokens()),
                options.embedding().provider() + "/" + options.embedding().model());
    }
}
