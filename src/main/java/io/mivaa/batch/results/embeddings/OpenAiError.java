package io.mivaa.batch.results.embeddings;

import io.mivaa.batch.http.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An error in the form of OpenAI's API, with the codes of this service in snake_case. */
record OpenAiError(Reason error) {

    record Reason(String message, String type, @Nullable String param, String code) {}

    static OpenAiError of(Problem problem) {
        Problem.Invalid invalid = firstInvalid(problem.getBody().getProperties());
        String message = String.valueOf(problem.getBody().getDetail());
        String type = type(problem.getStatusCode().value());
        return new OpenAiError(
                invalid == null
                        ? new Reason(message, type, null, snakeCase(problem.code()))
                        : new Reason(message, type, param(invalid.pointer()), snakeCase(invalid.code())));
    }

    private static Problem.@Nullable Invalid firstInvalid(@Nullable Map<String, Object> properties) {
        return properties != null
                        && properties.get("errors") instanceof List<?> errors
                        && errors.get(0) instanceof Problem.Invalid invalid
                ? invalid
                : null;
    }

    private static String type(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        return status >= 500 ? "server_error" : "invalid_request_error";
    }

    /** A JSON pointer in OpenAI's notation: {@code /input/1} becomes {@code input.1}. */
    private static String param(String pointer) {
        return pointer.replaceFirst("^/", "").replace('/', '.');
    }

    private static String snakeCase(String code) {
        return code.replace('-', '_');
    }
}
