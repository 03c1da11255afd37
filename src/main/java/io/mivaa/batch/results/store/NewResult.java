package io.mivaa.batch.results.store;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.RagDocument;

/**
 * What the pipeline made for a job.
 *
 * @param fingerprint of the pipeline's settings: equal bytes and an equal fingerprint give an equal result
 */
public record NewResult(Claim claim, RagDocument document, String fingerprint) {}
