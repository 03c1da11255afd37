package io.mivaa.batch.embedded;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server of the zero set-up could not be started. The message is for the person who started the service. */
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

    /** What that person can do about it, as a sentence. */
    public String action() {
        return action;
    }

    /** Adds the end of the server's log, which usually contains the cause. */
    static EmbeddedServerFailure withLog(String message, List<String> log) {
        return new EmbeddedServerFailure(
                message + (log.isEmpty() ? "" : " Its log ends with:\n  " + String.join("\n  ", log)),
                "Fix the cause that the server's log names, or configure a server of your own"
                        + " (spring.datasource.url, spring.data.redis.url).");
    }
}
