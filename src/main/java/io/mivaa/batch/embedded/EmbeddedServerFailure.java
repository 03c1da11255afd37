package io.mivaa.batch.embedded;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server of the zero set-up could not be started. The message is a sentence for the person who started the service. */
public final class EmbeddedServerFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    EmbeddedServerFailure(String message, String action) {
        this(message, action, null);
    }

    EmbeddedServerFailure(String message, String action, @Nullable Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What that person can do about it. */
    public String action() {
        return action;
    }

    /** With the end of the server's own log, which usually says more than we can know. */
    static EmbeddedServerFailure withLog(String message, List<String> log) {
        return new EmbeddedServerFailure(
                message + (log.isEmpty() ? "" : " Its last words:\n  " + String.join("\n  ", log)),
                "Mend what the server's log names, or configure a server of your own"
                        + " (spring.datasource.url, spring.data.redis.url).");
    }
}
