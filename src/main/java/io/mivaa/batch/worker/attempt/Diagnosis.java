package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.pipeline.ParserFailure;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.worker.provider.Parked;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Maps an exception to the failure of a job. No sentence quotes the document's text. */
final class Diagnosis {

    private Diagnosis() {}

    /** The failure that takes the place of one that PostgreSQL refuses to store. */
    static Failure refused() {
        return new Failure(
                FailureClass.INTERNAL, "outcome-refused", "The outcome of this attempt could not be stored.");
    }

    static Failure of(Throwable thrown) {
        if (thrown instanceof Rejected rejected) {
            return Failure.invalidInput(rejected.code(), String.valueOf(rejected.getMessage()));
        }
        if (thrown instanceof Parked parked) {
            return parked.failure();
        }
        if (thrown instanceof TransientFailure passing) {
            return new Failure(
                    passing.retryAfter() == null ? FailureClass.TRANSIENT : FailureClass.RATE_LIMITED,
                    passing.code(),
                    String.valueOf(passing.getMessage()));
        }
        if (thrown instanceof ParserFailure failure) {
            return new Failure(
                    failure.kind() == ParserFailure.Kind.ERROR ? FailureClass.INTERNAL : FailureClass.RESOURCE,
                    failure.kind().code(),
                    String.valueOf(failure.getMessage()));
        }
        if (thrown instanceof OutOfMemoryError) {
            return new Failure(
                    FailureClass.RESOURCE, "out-of-memory", "The document needs more memory than is available.");
        }
        if (thrown instanceof IOException || thrown instanceof UncheckedIOException) {
            return new Failure(
                    FailureClass.RESOURCE, "disk", "A temporary file could not be written; the disk may be full.");
        }
        return new Failure(
                FailureClass.INTERNAL,
                "internal",
                "An unexpected error occurred (" + thrown.getClass().getSimpleName() + ").");
    }
}
