package io.mivaa.batch.pipeline;

import org.jspecify.annotations.Nullable;

/** The document cannot be processed, and no retry will help. The message is for its owner and quotes no text of it. */
public class Rejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    /** @param code kebab-case, stable, for example {@code encrypted-document} */
    public Rejected(String code, String message) {
        this(code, message, null);
    }

    public Rejected(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
