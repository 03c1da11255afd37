package io.mivaa.batch.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The failure was not caused by the document, and a retry may succeed. */
public class TransientFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    @SuppressWarnings("serial")
    private final @Nullable Duration retryAfter;

    /** @param code kebab-case, stable, for example {@code embedding-unavailable} */
    public TransientFailure(String code, String message, @Nullable Throwable cause) {
        this(code, message, null, cause);
    }

    /**
     * @param retryAfter the wait that the provider asked for; it makes the failure a rate limit, which costs no attempt
     */
    public TransientFailure(String code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public String code() {
        return code;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
