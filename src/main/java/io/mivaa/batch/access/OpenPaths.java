package io.mivaa.batch.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The paths that need no API key: health for load balancers, the description of the API, and the pages, which contain no
 * data and ask for a key themselves. All other paths need a key, including those that do not exist.
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

    /** Any other path could mean a different path to the code that handles the request later. */
    private static final Pattern PLAIN = Pattern.compile("(/|(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+/?)");

    private OpenPaths() {}

    static boolean contains(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return METHODS.contains(request.getMethod())
                && PLAIN.matcher(path).matches()
                && (PATHS.contains(path) || FOLDERS.stream().anyMatch(path::startsWith));
    }
}
