package io.mivaa.batch.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What anybody may read even where keys are needed: whether the service is up, for load balancers; the description of
 * the API; and the pages, which hold no data and ask for a key themselves. Everything else needs a key, also what does
 * not exist.
 */
final class OpenPaths {

    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private static final Set<String> PATHS = Set.of(
            "/",
            "/index.html",
            "/favicon.ico",
            "/actuator/health",
            "/dashboard",
            "/swagger-ui.html",
            "/v3/api-docs",
            "/v3/api-docs.yaml");

    private static final List<String> FOLDERS =
            List.of("/actuator/health/", "/dashboard/", "/swagger-ui/", "/v3/api-docs/", "/webjars/uplot/");

    /** A path with anything else might mean another one to whoever reads it after us. */
    private static final Pattern PLAIN = Pattern.compile("(/|(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+/?)");

    private OpenPaths() {}

    static boolean contains(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return METHODS.contains(request.getMethod())
                && PLAIN.matcher(path).matches()
                && (PATHS.contains(path) || FOLDERS.stream().anyMatch(path::startsWith));
    }
}
