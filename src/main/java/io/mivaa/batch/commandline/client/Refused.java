package io.mivaa.batch.commandline.client;

import io.mivaa.batch.commandline.client.ResponseBody.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service has refused a request or has not understood it. The message is a sentence. */
public class Refused extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Problem problem;

    Refused(String message, int status, Problem problem) {
        super(message);
        this.status = status;
        this.problem = problem;
    }

    /** 0 for an answer that was not understood. */
    public int status() {
        return status;
    }

    public Problem problem() {
        return problem;
    }

    public String code() {
        return problem.code() == null ? "" : problem.code();
    }

    /** The service, or what stands before it, says that it cannot now: the same request may succeed later. */
    public static final class Busy extends Refused {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable Duration retryAfter;

        Busy(String message, int status, Problem problem, @Nullable Duration retryAfter) {
            super(message, status, problem);
            this.retryAfter = retryAfter;
        }

        /** When to come again, if it says so. */
        Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }
}
