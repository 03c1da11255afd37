package io.mivaa.batch.webhook;

import io.mivaa.batch.http.Problem;
import org.springframework.stereotype.Component;

/** Says which webhooks a batch may have. Thread-safe. */
@Component
public final class Webhooks {

    private final Signatures signatures;
    private final Targets targets;

    Webhooks(Signatures signatures, Targets targets) {
        this.signatures = signatures;
        this.targets = targets;
    }

    /**
     * Whether the name of the host leads to an address within is only known when it is told.
     *
     * @param pointer to where the URL stands in the request
     * @throws Problem 400 when it is no URL, is not public, or webhooks are not enabled
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
