package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.acceptance.NewDocument;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;

/** Refuses a submission for documents that can never succeed. */
final class RefusedDocuments {

    private static final int MAX_ERRORS = 100;

    private RefusedDocuments() {}

    /**
     * @throws Problem 400 when there are no documents; 422 when all of them are refused, or one of them and the options
     *     say to reject the batch
     */
    static void check(Submission submission) {
        int documents = submission.documents().size();
        int refused = documents - submission.acceptable();
        if (documents == 0) {
            throw Problem.of(HttpStatus.BAD_REQUEST, "empty-batch", "A batch must have at least one document.");
        }
        if (refused == documents) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "all-documents-rejected",
                    "None of the documents can be processed.",
                    errors(submission.documents()));
        }
        if (refused > 0 && submission.options().rejectInvalid()) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "document-rejected",
                    refused + " of " + documents + " documents cannot be processed, and onInvalid is reject.",
                    errors(submission.documents()));
        }
    }

    private static List<Problem.Invalid> errors(List<NewDocument> documents) {
        List<Problem.Invalid> errors = new ArrayList<>();
        for (int i = 0; i < documents.size() && errors.size() < MAX_ERRORS; i++) {
            Failure refusal = documents.get(i).refusal();
            if (refusal != null) {
                errors.add(new Problem.Invalid("/documents/" + i, refusal.code(), refusal.message()));
            }
        }
        return errors;
    }
}
