package io.mivaa.batch.commandline.client;

import io.mivaa.batch.commandline.client.ResponseBody.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service refused a request, or its response was not understood. The message is a sentence. */
public class Refused extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Problem problem;

    Refused(String message, int status, Problem problem) {
        super(message);
        this.status = status;
        this.problem = problem;
    }

    /** The HTTP status; 0 for a response that was not understood. */
    public int status() {
        return status;
    }

    /** The body of the response, as far as it was understood. */
    public Problem problem() {
        return problem;
    }

    /** The code of the problem, empty if there is none. */
    public String code() {
        return problem.code() == null ? "" : problem.code();
    }

    /** The service, or a proxy in front of it, is temporarily unavailable. The same request may succeed later. */
    public static final class Busy extends Refused {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable Duration retryAfter;

        Busy(String message, int status, Problem problem, @Nullable Duration retryAfter) {
            super(message, status, problem);
            this.retryAfter = retryAfter;
        }

        /** The Retry-After of the response, if any. */
        Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }
}
