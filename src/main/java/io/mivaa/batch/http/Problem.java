package io.mivaa.batch.http;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A problem response of RFC 9457, thrown anywhere below a controller. The detail is a sentence and never quotes a
 * document.
 */
public final class Problem extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    /**
     * An invalid part of the request.
     *
     * @param pointer JSON pointer into the request body, or the name of a part, parameter or header
     */
    public record Invalid(String pointer, String code, String detail) {}

    private transient List<Invalid> errors = List.of();

    private Problem(HttpStatus status, ProblemDetail body) {
        super(status, body, null);
    }

    /** @param code stable, in kebab-case */
    public static Problem of(HttpStatus status, String code, String detail) {
        return of(status, code, detail, List.of());
    }

    /** @param errors the invalid parts of the request, possibly empty */
    public static Problem of(HttpStatus status, String code, String detail, List<Invalid> errors) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setProperty("code", code);
        Problem problem = new Problem(status, body);
        return errors.isEmpty() ? problem : problem.withErrors(errors);
    }

    /** 400 for a single invalid part of the request. */
    public static Problem invalid(String pointer, String code, String detail) {
        return of(HttpStatus.BAD_REQUEST, "validation-failed", detail, List.of(new Invalid(pointer, code, detail)));
    }

    /** 404 with code {@code <thing>-not-found}; also for things of other workspaces. */
    public static Problem notFound(String thing) {
        return of(HttpStatus.NOT_FOUND, thing + "-not-found", "There is no such " + thing + ".");
    }

    /** 409: the state does not allow it. */
    public static Problem conflict(String code, String detail) {
        return of(HttpStatus.CONFLICT, code, detail);
    }

    /** Adds the invalid part of the request, unless the problem names one already. */
    public Problem at(String pointer) {
        return errors.isEmpty()
                ? withErrors(List.of(
                        new Invalid(pointer, code(), String.valueOf(getBody().getDetail()))))
                : this;
    }

    /** Changes the pointers to the invalid parts, for a request with another structure. */
    public Problem movedBy(UnaryOperator<String> pointers) {
        return withErrors(errors.stream()
                .map(each -> new Invalid(pointers.apply(each.pointer()), each.code(), each.detail()))
                .toList());
    }

    private Problem withErrors(List<Invalid> wrong) {
        errors = wrong;
        return with("errors", wrong);
    }

    /** Adds a member to the problem. */
    public Problem with(String name, Object value) {
        getBody().setProperty(name, value);
        return this;
    }

    /** Sets the header {@code Retry-After}. */
    public Problem retryAfter(long seconds) {
        getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        return this;
    }

    public String code() {
        return String.valueOf(Objects.requireNonNull(getBody().getProperties()).get("code"));
    }
}
