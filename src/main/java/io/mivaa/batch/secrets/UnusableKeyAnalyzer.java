package io.mivaa.batch.secrets;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the operator what to do, instead of a stack trace. */
final class UnusableKeyAnalyzer extends AbstractFailureAnalyzer<UnusableKey> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnusableKey cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "A key must be the base64 of 32 random bytes (openssl rand -base64 32). Separate several keys with"
                        + " commas. If passwords are sealed with an earlier key, restore that key, or they are lost.",
                cause);
    }
}
