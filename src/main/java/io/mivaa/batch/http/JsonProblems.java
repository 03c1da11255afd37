package io.mivaa.batch.http;

import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Makes problems of JSON errors, with a pointer to the error and without quoting the body. */
public final class JsonProblems {

    private static final int MAX_NAME = 100;

    private JsonProblems() {}

    static Problem of(HttpMessageNotReadableException failure) {
        return failure.getCause() instanceof JacksonException json
                ? of(json, "")
                : Problem.of(HttpStatus.BAD_REQUEST, "malformed-request", "The request body is missing or unreadable.");
    }

    /** @param prefix of the pointer, when the JSON was a part of the request; empty or starting with '/' */
    public static Problem of(JacksonException failure, String prefix) {
        String pointer = prefix + pointer(failure);
        if (failure instanceof UnrecognizedPropertyException) {
            return unknownField(pointer);
        }
        if (failure instanceof ValueInstantiationException
                && failure.getCause() instanceof IllegalArgumentException e) {
            return Problem.invalid(pointer, "invalid-value", String.valueOf(e.getMessage()));
        }
        if (failure instanceof StreamConstraintsException) {
            return Problem.of(
                    HttpStatus.BAD_REQUEST,
                    "malformed-request",
                    "The body is nested too deeply, or a name or a number in it is too long.");
        }
        if (failure instanceof StreamReadException) {
            return Problem.of(
                    HttpStatus.BAD_REQUEST, "malformed-request", "The body is not valid JSON" + where(failure) + ".");
        }
        return Problem.invalid(pointer, "invalid-value", "This value has the wrong type.");
    }

    /** 400 for a field that the request must not have. */
    public static Problem unknownField(String pointer) {
        return Problem.invalid(pointer, "unknown-field", "Unknown field.");
    }

    private static String pointer(JacksonException failure) {
        return failure.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "/" + step.getIndex() : step(step.getPropertyName()))
                .collect(Collectors.joining());
    }

    /** A step of a JSON pointer (RFC 6901): the name, escaped, and shortened as by {@link #shown}. */
    public static String step(String name) {
        return "/" + shown(name).replace("~", "~0").replace("/", "~1");
    }

    /** A name from the request, shortened for a response. */
    public static String shown(String name) {
        if (name.length() <= MAX_NAME) {
            return name;
        }
        int cut = Character.isHighSurrogate(name.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME;
        return name.substring(0, cut) + "…";
    }

    private static String where(JacksonException failure) {
        return failure.getLocation() == null || failure.getLocation().getLineNr() < 1
                ? ""
                : " at line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr();
    }
}
