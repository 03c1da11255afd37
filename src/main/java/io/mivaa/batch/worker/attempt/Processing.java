package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.acceptance.Contents;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.results.store.Results;
import io.mivaa.batch.secrets.Secrets;
import io.mivaa.batch.worker.provider.ProviderGates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** The work on one document: fetches its bytes into a file and runs the pipeline on them. Thread-safe. */
public final class Processing {

    private static final Logger log = LoggerFactory.getLogger(Processing.class);

    /** A document that was read once may not be readable again: its password, and sometimes its bytes, are deleted. */
    private static final Set<String> UNREADABLE_AGAIN = Set.of("encrypted-document", "content-not-kept");

    private final Contents contents;
    private final SpoolDirectory spool;
    private final Secrets secrets;
    private final ProviderGates providers;
    private final Results results;

    public Processing(
            Contents contents, SpoolDirectory spool, Secrets secrets, ProviderGates providers, Results results) {
        this.contents = contents;
        this.spool = spool;
        this.secrets = secrets;
        this.providers = providers;
        this.results = results;
    }

    private record Setup(PipelineOptions options, String fingerprint) {}

    /**
     * Does all the work on the calling thread.
     *
     * @param progress is kept up to date
     * @param leash begins when the pipeline does; the caller ends it
     * @throws Rejected if no retry will help
     * @throws TransientFailure if a later attempt may succeed, or the embedding provider is unavailable
     */
    Outcome run(Claim claim, AttemptProgress progress, Leash leash) throws IOException {
        PipelineOptions options = options(claim.options());
        Setup setup = new Setup(options, providers.pipeline().fingerprint(claim.mediaType(), options));
        // The same bytes with the same settings give the same result, so an earlier result can be reused.
        return claim.known().containsKey(setup.fingerprint)
                ? new Outcome(claim, null, setup.fingerprint, progress.timings())
                : transform(claim, setup, progress, leash);
    }

    private Outcome transform(Claim claim, Setup setup, AttemptProgress progress, Leash leash) throws IOException {
        // Its own folder, because a parser that is killed leaves files beside the document.
        Path folder = spool.newFolder();
        try {
            Source source = new Source(
                    claim.filename(),
                    claim.mediaType(),
                    folder.resolve("document"),
                    claim.bytes(),
                    claim.sha256(),
                    password(claim));
            return providers.through(
                    claim.options().embedding().provider(), () -> transform(claim, source, setup, progress, leash));
        } finally {
            delete(folder);
        }
    }

    private Outcome transform(Claim claim, Source source, Setup setup, AttemptProgress progress, Leash leash)
            throws IOException {
        try {
            fetch(claim, source.file());
            leash.begin();
            var document = providers.pipeline().run(source, setup.options, progress);
            return new Outcome(claim, document, setup.fingerprint, progress.timings());
        } catch (Rejected rejected) {
            if (!UNREADABLE_AGAIN.contains(rejected.code())) {
                throw rejected;
            }
            ParsedDocument known = results.knownText(claim).orElseThrow(() -> rejected);
            leash.begin();
            var document = providers.pipeline().runParsed(source, known, setup.options, progress);
            // Another fingerprint: a parser may read these bytes differently today, so no other job may reuse this.
            return new Outcome(claim, document, Sha256.of(setup.fingerprint + "\nof known text"), progress.timings());
        }
    }

    private void fetch(Claim claim, Path file) throws IOException {
        contents.copyTo(claim.job(), claim.bytes(), file);
        if (Files.size(file) != claim.bytes()) {
            throw new Rejected(
                    "content-not-kept",
                    "The document was refused on arrival, so its bytes were not stored; send it again.");
        }
    }

    /** @throws TransientFailure if it cannot be opened here: an instance with other keys may be able to */
    private @Nullable Password password(Claim claim) {
        String sealed = claim.sealedPassword();
        try {
            return sealed == null
                    ? null
                    : new Password(secrets.open(sealed, claim.job().toString()));
        } catch (Secrets.CannotOpen e) {
            throw new TransientFailure(
                    "password-unreadable",
                    "The stored password of this document cannot be decrypted: mivaa.secrets.key of this instance"
                            + " does not contain the key that sealed it, or the stored value was changed.",
                    e);
        }
    }

    private static void delete(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            log.warn("Temporary files could not be deleted and remain until this process ends: {}", e.toString());
        }
    }

    private static PipelineOptions options(BatchOptions options) {
        BatchOptions.Chunking chunking = options.chunking();
        return new PipelineOptions(
                new ChunkingOptions(
                        chunking.strategy(), chunking.maxTokens(), chunking.overlapTokens(), chunking.minTokens()),
                options.embedding().provider() + "/" + options.embedding().model());
    }
}
