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
 * A response of the service with any status.
 *
 * @param request the method and path of the request, for messages
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServiceResponse(
        int status,
        byte[] body,
        @Nullable String etag,
        @Nullable Duration retryAfter,
        @Nullable String location,
        String request) {

    private static final Problem NO_PROBLEM = new Problem(null, null, null, null);
    private static final Set<Integer> TEMPORARY = Set.of(429, 502, 503, 504);
    private static final int UNAUTHENTICATED = 401;

    static ServiceResponse of(HttpResponse<byte[]> response) {
        return of(response, response.body());
    }

    /** @param body the part of the body that the caller has read */
    static ServiceResponse of(HttpResponse<?> response, byte[] body) {
        return new ServiceResponse(
                response.statusCode(),
                body,
                response.headers().firstValue("ETag").orElse(null),
                RetryAfter.of(response.headers()::firstValue).orElse(null),
                response.headers().firstValue("Location").orElse(null),
                response.request().method() + " " + response.request().uri().getPath());
    }

    /** @throws Refused when the body is not what the API describes */
    <T> T read(JsonMapper json, Class<T> type) throws Refused {
        try {
            return json.readValue(body, type);
        } catch (JacksonException e) {
            throw new Refused(
                    "The response to " + request + " is not what the API describes: " + e.getOriginalMessage(),
                    0,
                    NO_PROBLEM);
        }
    }

    /** @throws Refused when the status is not one of these */
    void expect(JsonMapper json, int... expected) throws Refused {
        for (int each : expected) {
            if (status == each) {
                return;
            }
        }
        Problem problem = problem(json);
        String message = request + " returned " + status + described(problem)
                + (location == null ? "" : " Redirected to " + Printable.line(location) + ".")
                + (status == UNAUTHENTICATED ? " Set the API key in the environment variable MIVAA_API_KEY." : "");
        if (TEMPORARY.contains(status)) {
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

    private static String described(Problem problem) {
        String sentence = problem.detail() == null ? problem.title() : problem.detail();
        var text = new StringBuilder(problem.code() == null ? "" : " (" + Printable.line(problem.code()) + ")");
        text.append(sentence == null ? "" : ": " + Printable.line(sentence));
        if (problem.errors() != null && !problem.errors().isEmpty()) {
            ResponseBody.Invalid first = problem.errors().get(0);
            text.append(" ").append(Printable.line(first.pointer() + ": " + first.detail()));
        }
        return text.toString();
    }
}
