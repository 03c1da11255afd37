package io.mivaa.batch.intake.status;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.control.CountChanged;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** The number of jobs that a caller expects an action to reach, so that it never reaches more than the caller saw. */
final class ExpectedCount {

    private ExpectedCount() {}

    /**
     * @param missing the sentence for a request without it
     * @throws Problem 400 when it is missing or negative
     */
    static int check(@Nullable Integer expectedCount, String missing) {
        if (expectedCount == null) {
            throw Problem.invalid("/expectedCount", "missing-field", missing);
        }
        if (expectedCount < 0) {
            throw Problem.invalid("/expectedCount", "invalid-value", "expectedCount must be 0 or greater.");
        }
        return expectedCount;
    }

    static ResponseEntity<ProblemDetail> exceeded(CountChanged changed) {
        Problem problem = Problem.conflict(
                        "count-changed", "More jobs match than expectedCount says; none of them was changed.")
                .with("actualCount", changed.actual());
        return ResponseEntity.status(problem.getStatusCode()).body(problem.getBody());
    }
}
