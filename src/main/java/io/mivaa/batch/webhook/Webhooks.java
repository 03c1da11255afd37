package io.mivaa.batch.webhook;

import io.mivaa.batch.http.Problem;
import org.springframework.stereotype.Component;

/** Checks the webhooks of new batches. Thread-safe. */
@Component
public final class Webhooks {

    private final Signatures signatures;
    private final Targets targets;

    Webhooks(Signatures signatures, Targets targets) {
        this.signatures = signatures;
        this.targets = targets;
    }

    /**
     * Checks the URL of a webhook. Whether its host has a private address is checked at each delivery.
     *
     * @param pointer to the URL in the request
     * @throws Problem 400 when the URL is invalid or not public, or webhooks are not enabled
     */
    public void check(String pointer, String url) {
        if (!signatures.isPossible()) {
            throw Problem.invalid(
                    pointer,
                    "webhooks-not-enabled",
                    "The service has no secret to sign webhooks with (MIVAA_WEBHOOKS_SECRET).");
        }
        String fault = targets.fault(url);
        if (!fault.isEmpty()) {
            throw Problem.invalid(pointer, "invalid-value", fault);
        }
    }
}
