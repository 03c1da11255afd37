package io.mivaa.batch.intake;

/**
 * The response to an accepted batch.
 *
 * @param body the batch as JSON
 * @param batch the id of the batch, as in the body
 * @param replayed whether an earlier request with the same Idempotency-Key was accepted and this is its response
 */
public record Receipt(String body, String batch, boolean replayed) {}
