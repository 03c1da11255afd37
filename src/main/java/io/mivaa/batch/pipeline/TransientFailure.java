package io.mivaa.batch.pipeline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something outside the document is at fault and a later try may succeed. */
public class TransientFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    @SuppressWarnings("serial")
    private final @Nullable Duration retryAfter;

    /** @param code kebab-case, stable, for example {@code embedding-unavailable} */
    public TransientFailure(String code, String message, @Nullable Throwable cause) {
        this(code, message, null, cause);
    }

    /** @param retryAfter what the other side asked for: then the failure is a rate limit and costs no attempt */
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
