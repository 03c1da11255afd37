package io.mivaa.batch.job.durability;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the operator what to do, instead of a stack trace. */
final class UnsafeDurabilityAnalyzer extends AbstractFailureAnalyzer<UnsafeDurability> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsafeDurability cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Turn it on again where it was turned off (postgresql.conf, alter system, alter database, alter role,"
                        + " or the options of the JDBC URL). If your storage never tears a page, or if the data in this"
                        + " database may be lost, set mivaa.job.allow-unsafe-durability=true.",
                cause);
    }
}
