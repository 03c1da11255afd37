package io.mivaa.batch.commandline.client;

import io.mivaa.batch.commandline.client.Refused.Busy;
import io.mivaa.batch.commandline.client.ResponseBody.Problem;
import io.mivaa.batch.http.client.RetryAfter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of the service, whatever its status.
 *
 * @param request what it answers, for people
 */
@SuppressWarnings("ArrayRecordComponent")
public // never compared
record ServiceResponse(
        int status,
        byte[] body,
        @Nullable String etag,
        @Nullable Duration retryAfter,
        @Nullable String location,
        String request) {

    private static final Problem NO_PROBLEM = new Problem(null, null, null, null);
    private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);
    private static final int UNAUTHENTICATED = 401;

    static ServiceResponse of(HttpResponse<byte[]> response) {
        return of(response, response.body());
    }

    /** @param body as much of it as is wanted */
    static ServiceResponse of(HttpResponse<?> response, byte[] body) {
        return new ServiceResponse(
                response.statusCode(),
                body,
                response.headers().firstValue("ETag").orElse(null),
                RetryAfter.of(response.headers()::firstValue).orElse(null),
                response.headers().firstValue("Location").orElse(null),
                response.request().method() + " " + response.request().uri().getPath());
    }

    /** @throws Refused when it is not what the contract says */
    <T> T read(JsonMapper json, Class<T> type) throws Refused {
        try {
            return json.readValue(body, type);
        } catch (JacksonException e) {
            throw new Refused(
                    "The answer to " + request + " is not what the contract says: " + e.getOriginalMessage(),
                    0,
                    NO_PROBLEM);
        }
    }

    /** @throws Refused when it has none of these statuses */
    void expect(JsonMapper json, int... expected) throws Refused {
        for (int each : expected) {
            if (status == each) {
                return;
            }
        }
        Problem problem = problem(json);
        String message = request + " was answered with " + status + told(problem)
                + (location == null ? "" : " It is at " + Printable.line(location) + ".")
                + (status == UNAUTHENTICATED ? " Keys are taken from MIVAA_API_KEY in the environment." : "");
        if (PASSING.contains(status)) {
            throw new Busy(message, status, problem, retryAfter);
        }
        throw new Refused(message, status, problem);
    }

    private Problem problem(JsonMapper json) {
        try {
            Problem problem = json.readValue(body, Problem.class);
            return problem == null ? NO_PROBLEM : problem;
        } catch (JacksonException e) {
            return NO_PROBLEM;
        }
    }

    private static String told(Problem problem) {
        String said = problem.detail() == null ? problem.title() : problem.detail();
        var text = new StringBuilder(problem.code() == null ? "" : " (" + Printable.line(problem.code()) + ")");
        text.append(said == null ? "" : ": " + Printable.line(said));
        if (problem.errors() != null && !problem.errors().isEmpty()) {
            ResponseBody.Invalid first = problem.errors().get(0);
            text.append(" ").append(Printable.line(first.pointer() + ": " + first.detail()));
        }
        return text.toString();
    }
}
