package io.mivaa.batch.http;

import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says what is wrong with a JSON body, with a pointer, without quoting it. */
public final class JsonProblems {

    private JsonProblems() {}

    static Problem of(HttpMessageNotReadableException failure) {
        return failure.getCause() instanceof JacksonException json
                ? of(json, "")
                : Problem.of(HttpStatus.BAD_REQUEST, "malformed-request", "The request body is missing or unreadable.");
    }

    /** @param prefix of the pointer, when what was read is a part of the request; empty or starting with '/' */
    public static Problem of(JacksonException failure, String prefix) {
        String pointer = prefix + pointer(failure);
        if (failure instanceof UnrecognizedPropertyException) {
            return Problem.invalid(pointer, "unknown-field", "The field at '" + pointer + "' is not known.");
        }
        if (failure instanceof ValueInstantiationException
                && failure.getCause() instanceof IllegalArgumentException e) {
            return Problem.invalid(pointer, "invalid-value", String.valueOf(e.getMessage()));
        }
        if (failure instanceof StreamReadException) {
            return Problem.of(
                    HttpStatus.BAD_REQUEST, "malformed-request", "The body is not valid JSON" + where(failure) + ".");
        }
        return Problem.invalid(
                pointer, "invalid-value", "The value at '" + pointer + "' is not of the kind that is expected there.");
    }

    private static String pointer(JacksonException failure) {
        return failure.getPath().stream()
                .map(step -> "/" + (step.getPropertyName() == null ? step.getIndex() : escape(step.getPropertyName())))
                .collect(Collectors.joining());
    }

    /** RFC 6901. */
    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String where(JacksonException failure) {
        return failure.getLocation() == null || failure.getLocation().getLineNr() < 1
                ? ""
                : " at line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr();
    }
}
