package io.mivaa.batch.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns every exception into problem+json with a {@code code}. It is global on purpose, because an error of the framework
 * must look like any other. An unexpected exception is logged here, once; the response shows no internals.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private static final Map<Integer, String> CODES = Map.of(
            400, "malformed-request",
            401, "unauthenticated",
            403, "forbidden",
            404, "not-found",
            405, "method-not-allowed",
            406, "not-acceptable",
            413, "payload-too-large",
            415, "unsupported-media-type",
            503, "unavailable");

    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        RecoverableDataAccessException.class,
        TransactionException.class
    })
    @Nullable
    ResponseEntity<Object> databaseAway(Exception failure, WebRequest request) {
        boolean busy = failure instanceof ConcurrencyFailureException || failure instanceof QueryTimeoutException;
        log.warn(
                "Returned 503 because PostgreSQL {}: {}",
                busy ? "was busy" : "could not be reached",
                failure.toString());
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, "2");
        Problem problem = Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "dependency-unavailable",
                busy
                        ? "The database is busy with the same data at the moment; send the request again later."
                        : "The database is not reachable at the moment; send the request again later.");
        return handleExceptionInternal(problem, problem.getBody(), headers, problem.getStatusCode(), request);
    }

    @ExceptionHandler(Exception.class)
    @Nullable
    ResponseEntity<Object> unexpected(Exception failure, WebRequest request) {
        if (failure instanceof java.io.IOException && isAborted(failure)) {
            return null;
        }
        log.error("Returned 500 because of an unexpected exception", failure);
        Problem problem = Problem.of(
                HttpStatus.INTERNAL_SERVER_ERROR, "internal", "An internal error occurred; it has been logged.");
        return handleExceptionInternal(problem, problem.getBody(), new HttpHeaders(), problem.getStatusCode(), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Problem problem = JsonProblems.of(failure);
        return handleExceptionInternal(problem, problem.getBody(), headers, problem.getStatusCode(), request);
    }

    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    @Nullable
    ResponseEntity<Object> wrongParameter(MethodArgumentTypeMismatchException failure, WebRequest request) {
        String name = failure.getName();
        boolean path = failure.getParameter()
                        .getParameterAnnotation(org.springframework.web.bind.annotation.PathVariable.class)
                != null;
        Problem problem = path
                ? Problem.of(HttpStatus.NOT_FOUND, "not-found", "The path does not contain a valid " + name + ".")
                : Problem.invalid(name, "invalid-value", "The value of the parameter '" + name + "' is not valid.");
        return handleExceptionInternal(problem, problem.getBody(), new HttpHeaders(), problem.getStatusCode(), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> answer = super.handleExceptionInternal(failure, body, headers, status, request);
        if (answer != null && answer.getBody() instanceof ProblemDetail problem) {
            if (problem.getProperties() == null || !problem.getProperties().containsKey("code")) {
                problem.setProperty("code", CODES.getOrDefault(status.value(), "error"));
            }
            return ResponseEntity.status(answer.getStatusCode())
                    .headers(answer.getHeaders())
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(problem);
        }
        return answer;
    }

    /** Whether the client closed the connection; then no response is possible. */
    private static boolean isAborted(Exception failure) {
        return failure.getClass().getSimpleName().equals("ClientAbortException");
    }
}
