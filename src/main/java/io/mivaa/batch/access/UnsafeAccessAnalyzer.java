package io.mivaa.batch.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the operator what to do, instead of a stack trace. */
final class UnsafeAccessAnalyzer extends AbstractFailureAnalyzer<UnsafeAccess> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsafeAccess cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
