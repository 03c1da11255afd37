package io.mivaa.batch.webhook;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the operator what to do, instead of a stack trace. */
final class UnusableWebhookSettingsAnalyzer extends AbstractFailureAnalyzer<UnusableWebhookSettings> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableWebhookSettings cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "MIVAA_WEBHOOKS_SECRET must be 'whsec_' followed by the base64 of 24 to 64 random bytes (openssl rand"
                        + " -base64 32). MIVAA_WEBHOOKS_ALLOWEDTARGETS must list hosts and networks such as"
                        + " hooks.example.internal,10.1.0.0/16.",
                cause);
    }
}
