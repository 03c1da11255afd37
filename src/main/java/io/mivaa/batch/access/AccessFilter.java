package io.mivaa.batch.access;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Finds the workspace of a request. With API keys, every path but {@link OpenPaths} needs a key. Without keys only this
 * machine is served, and no browser on it may be used by other sites: neither through their host name that resolves to
 * this machine (DNS rebinding) nor through a request from one of their pages.
 */
final class AccessFilter extends OncePerRequestFilter {

    /** The request attribute that holds the {@link Workspace}. */
    static final String WORKSPACE = Workspace.class.getName();

    private static final String BEARER = "bearer ";

    private final ApiKeys keys;
    private final HandlerExceptionResolver problems;

    /** @param problems turns a problem into a response, as for a controller */
    AccessFilter(ApiKeys keys, HandlerExceptionResolver problems) {
        this.keys = keys;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            Optional<Workspace> workspace = keys.isEmpty() ? ofThisMachine(request) : ofKey(request);
            workspace.ifPresent(found -> {
                request.setAttribute(WORKSPACE, found);
                MDC.put("workspace", found.name());
            });
        } catch (Problem problem) {
            problems.resolveException(request, response, null, problem);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove("workspace");
        }
    }

    private Optional<Workspace> ofKey(HttpServletRequest request) {
        @Nullable String key = key(request);
        Optional<Workspace> workspace = key == null ? Optional.empty() : keys.workspaceOf(key);
        if (workspace.isEmpty() && !OpenPaths.contains(request)) {
            throw unauthenticated();
        }
        return workspace;
    }

    private static Optional<Workspace> ofThisMachine(HttpServletRequest request) {
        @Nullable String host = request.getHeader(HttpHeaders.HOST);
        if (!Loopback.isHost(host == null ? request.getServerName() : host)) {
            throw forbidden(
                    "Without API keys the service accepts only requests to localhost, and this one is for another host.");
        }
        @Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !Loopback.isOrigin(origin)) {
            throw forbidden("Without API keys the service accepts no requests from pages of other sites.");
        }
        return Optional.of(Workspace.DEFAULT);
    }

    private static @Nullable String key(HttpServletRequest request) {
        @Nullable String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return request.getHeader("X-API-Key");
    }

    static Problem unauthenticated() {
        Problem problem = Problem.of(
                HttpStatus.UNAUTHORIZED,
                "unauthenticated",
                "A valid API key is required, as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'.");
        problem.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        return problem;
    }

    private static Problem forbidden(String detail) {
        return Problem.of(HttpStatus.FORBIDDEN, "forbidden", detail + " Set mivaa.access.keys to serve others.");
    }
}
