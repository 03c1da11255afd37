package io.mivaa.batch.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.request.ServletWebRequest;

class ProblemAdviceTests {

    private static final String SECRET = "jdbc:postgresql://inside";

    private final ProblemAdvice advice = new ProblemAdvice();
    private final ServletWebRequest request =
            new ServletWebRequest(new MockHttpServletRequest(), new MockHttpServletResponse());

    @Test
    void asksToComeBackWhileTheDatabaseIsAway() {
        var answer = advice.databaseAway(new DataAccessResourceFailureException(SECRET), request);

        assertThat(body(answer, 503).getProperties()).containsEntry("code", "dependency-unavailable");
        assertThat(Objects.requireNonNull(answer).getHeaders().getFirst("Retry-After"))
                .isEqualTo("2");
    }

    @Test
    void tellsNothingOfWhatWasNotExpected() {
        var answer = advice.unexpected(new IllegalStateException(SECRET), request);

        assertThat(body(answer, 500).getProperties()).containsEntry("code", "internal");
        assertThat(body(advice.unexpected(new IOException(SECRET), request), 500)
                        .getDetail())
                .doesNotContain(SECRET);
    }

    @Test
    void answersNothingToAClientThatHasGone() {
        assertThat(advice.unexpected(new ClientAbortException(), request)).isNull();
    }

    /** As the server's own, which has the same name. */
    private static final class ClientAbortException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static ProblemDetail body(@Nullable ResponseEntity<Object> answer, int status) {
        ResponseEntity<Object> there = Objects.requireNonNull(answer);
        assertThat(there.getStatusCode().value()).isEqualTo(status);
        assertThat(there.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        ProblemDetail problem = (ProblemDetail) Objects.requireNonNull(there.getBody());
        assertThat(problem.getDetail()).doesNotContain(SECRET);
        return problem;
    }
}
