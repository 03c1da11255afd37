package io.mivaa.batch.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

class AccessFilterTests {

    private static final String KEY = "the-key-of-acme-0123";
    private static final ApiKeys KEYS = new ApiKeys(Map.of("acme", List.of(KEY)));
    private static final ApiKeys NO_KEYS = new ApiKeys(Map.of());

    private final AtomicReference<@Nullable Problem> refusal = new AtomicReference<>();

    @Test
    void aKeyOpensItsWorkspace() throws Exception {
        assertThat(caller(KEYS, header("Authorization", "Bearer " + KEY))).isEqualTo(new Workspace("acme"));
        assertThat(caller(KEYS, header("Authorization", "bearer  " + KEY))).isEqualTo(new Workspace("acme"));
        assertThat(caller(KEYS, header("X-API-Key", KEY))).isEqualTo(new Workspace("acme"));
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer wrong-key-of-anybody",
        "Authorization, Bearer",
        "Authorization, Basic dGhlLWtleS1vZi1hY21lLTAxMjM=",
        "X-API-Key, wrong-key-of-anybody",
        "X-Nothing, the-key-of-acme-0123"
    })
    void anythingElseIsRefused(String name, String value) throws Exception {
        assertThat(caller(KEYS, header(name, value))).isNull();

        Problem problem = refused();
        assertThat(problem.getStatusCode().value()).isEqualTo(401);
        assertThat(problem.code()).isEqualTo("unauthenticated");
        assertThat(problem.getHeaders().getFirst("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void withKeysOtherHostsAndSitesMayCall() throws Exception {
        MockHttpServletRequest request = header("X-API-Key", KEY);
        request.addHeader("Host", "docs.example.com");
        request.addHeader("Origin", "https://app.example.com");

        assertThat(caller(KEYS, request)).isEqualTo(new Workspace("acme"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/actuator/health",
                "/actuator/health/readiness",
                "/dashboard/app.js",
                "/swagger-ui.html",
                "/swagger-ui/index.html",
                "/v3/api-docs",
                "/v3/api-docs/swagger-config",
                "/webjars/uplot/1.6.30/dist/uPlot.esm.js"
            })
    void whatHoldsNoDataIsOpenToAll(String path) throws Exception {
        assertThat(passes(KEYS, new MockHttpServletRequest("GET", path))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/batches",
                "/actuator",
                "/actuator/prometheus",
                "/actuator/metrics",
                "/actuator/info",
                "/actuator/healthy",
                "/nothing",
                "/swagger-ui/../api/v1/batches",
                "/swagger-ui/%2e%2e/api/v1/batches",
                "/swagger-ui/..;/api/v1/batches",
                "/swagger-ui//api",
                "/swagger-ui/./x",
                "/swagger-ui/x;jsessionid=1",
                "/webjars/swagger-ui/index.html"
            })
    void everythingElseNeedsAKey(String path) throws Exception {
        assertThat(passes(KEYS, new MockHttpServletRequest("GET", path))).isFalse();
    }

    @Test
    void openPathsAreOpenForReadingOnly() throws Exception {
        assertThat(passes(KEYS, new MockHttpServletRequest("HEAD", "/"))).isTrue();
        assertThat(passes(KEYS, new MockHttpServletRequest("POST", "/"))).isFalse();
    }

    @Test
    void withoutKeysThisMachineIsTheDefaultWorkspace() throws Exception {
        assertThat(caller(NO_KEYS, header("Host", "localhost:8080"))).isEqualTo(Workspace.DEFAULT);
        assertThat(caller(NO_KEYS, header("Host", "[::1]:8080"))).isEqualTo(Workspace.DEFAULT);
        assertThat(caller(NO_KEYS, header("Origin", "http://127.0.0.1:3000"))).isEqualTo(Workspace.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "Host, rebound.example.com",
        "Host, rebound.example.com:8080",
        "Host, 192.168.1.4",
        "Origin, https://evil.example",
        "Origin, null"
    })
    void withoutKeysNoOtherSiteCallsThroughABrowserHere(String name, String value) throws Exception {
        for (String path : List.of("/api/v1/batches", "/actuator/health", "/")) {
            MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
            request.addHeader(name, value);

            assertThat(passes(NO_KEYS, request)).isFalse();
            assertThat(refused().getStatusCode().value()).isEqualTo(403);
            assertThat(refused().code()).isEqualTo("forbidden");
        }
    }

    @Test
    void theLogNamesTheWorkspaceDuringTheRequestOnly() throws Exception {
        AtomicReference<@Nullable String> named = new AtomicReference<>();
        filter(KEYS)
                .doFilter(
                        header("X-API-Key", KEY),
                        new MockHttpServletResponse(),
                        (request, response) -> named.set(MDC.get("workspace")));

        assertThat(named.get()).isEqualTo("acme");
        assertThat(MDC.get("workspace")).isNull();
    }

    private static MockHttpServletRequest header(String name, String value) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/batches");
        request.addHeader(name, value);
        return request;
    }

    private @Nullable Object caller(ApiKeys keys, MockHttpServletRequest request) throws Exception {
        return passes(keys, request) ? request.getAttribute(AccessFilter.WORKSPACE) : null;
    }

    private boolean passes(ApiKeys keys, MockHttpServletRequest request) throws Exception {
        MockFilterChain chain = new MockFilterChain();
        filter(keys).doFilter(request, new MockHttpServletResponse(), chain);
        return chain.getRequest() != null;
    }

    private AccessFilter filter(ApiKeys keys) {
        HandlerExceptionResolver problems = (request, response, handler, failure) -> {
            refusal.set((Problem) failure);
            return new ModelAndView();
        };
        return new AccessFilter(keys, problems);
    }

    private Problem refused() {
        return java.util.Objects.requireNonNull(refusal.get());
    }
}
