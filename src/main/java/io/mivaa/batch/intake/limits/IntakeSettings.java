package io.mivaa.batch.intake.limits;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of requests.
 *
 * @param maxDocumentSize of one document; a larger one becomes a dead letter, the others are accepted
 * @param maxRequestSize of one request; a larger one is refused as a whole
 * @param maxDocuments of a multipart or JSON batch
 * @param maxStreamedDocuments of an NDJSON batch
 * @param maxMetadataSize of the metadata of one document, as JSON
 * @param maxPasswordLength of the password of one document, in characters
 * @param maxAttempts the most attempts that a batch may choose
 * @param defaultAttempts the attempts of a batch that chooses none
 * @param maxWait how long a status request may wait for a change
 * @param maxOpenJobs jobs of all workspaces that are not final; a batch that would exceed this receives 503
 * @param maxOpenJobsPerWorkspace jobs of a workspace that are not final; a batch that would exceed this receives 429
 * @param maxRetryAfter the longest Retry-After that a refused client receives
 * @param minFreeDisk for temporary files; with less free space no request is read
 * @param archive the limits of a ZIP archive of documents
 */
@ConfigurationProperties("mivaa.intake")
public record IntakeSettings(
        @DefaultValue("100MB") DataSize maxDocumentSize,
        @DefaultValue("2GB") DataSize maxRequestSize,
        @DefaultValue("10000") int maxDocuments,
        @DefaultValue("100000") int maxStreamedDocuments,
        @DefaultValue("16KB") DataSize maxMetadataSize,
        @DefaultValue("512") int maxPasswordLength,
        @DefaultValue("20") int maxAttempts,
        @DefaultValue("5") int defaultAttempts,
        @DefaultValue("60s") Duration maxWait,
        @DefaultValue("1000000") int maxOpenJobs,
        @DefaultValue("500000") int maxOpenJobsPerWorkspace,
        @DefaultValue("2m") Duration maxRetryAfter,
        @DefaultValue("256MB") DataSize minFreeDisk,
        @DefaultValue ArchiveSettings archive) {

    /** The longest text of a JSON request, in UTF-16 units; only the content of a document may be longer. */
    public static final int MAX_TEXT = 4096;

    public IntakeSettings {
        if (maxDocumentSize.toBytes() < 1 || maxDocumentSize.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "mivaa.intake.max-document-size must be between 1B and 2GB: " + maxDocumentSize);
        }
        if (maxRequestSize.compareTo(maxDocumentSize) < 0) {
            throw new IllegalArgumentException(
                    "mivaa.intake.max-request-size must not be smaller than max-document-size: " + maxRequestSize);
        }
        if (maxDocuments < 1 || maxStreamedDocuments < 1) {
            throw new IllegalArgumentException(
                    "mivaa.intake.max-documents and max-streamed-documents must be positive");
        }
        if (maxPasswordLength < 1 || maxPasswordLength > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "mivaa.intake.max-password-length must be between 1 and " + MAX_TEXT + ": " + maxPasswordLength);
        }
        if (defaultAttempts < 1 || maxAttempts < defaultAttempts) {
            throw new IllegalArgumentException("mivaa.intake must satisfy 1 <= default-attempts <= max-attempts: "
                    + defaultAttempts + ", " + maxAttempts);
        }
        if (maxWait.isNegative() || maxMetadataSize.toBytes() < 2 || minFreeDisk.isNegative()) {
            throw new IllegalArgumentException(
                    "mivaa.intake.max-wait, min-free-disk and max-metadata-size must not be negative");
        }
        if (maxOpenJobs < 1 || maxOpenJobsPerWorkspace < 1) {
            throw new IllegalArgumentException(
                    "mivaa.intake.max-open-jobs and max-open-jobs-per-workspace must be positive");
        }
        if (maxRetryAfter.toSeconds() < 1) {
            throw new IllegalArgumentException("mivaa.intake.max-retry-after must be at least 1s: " + maxRetryAfter);
        }
    }
}
