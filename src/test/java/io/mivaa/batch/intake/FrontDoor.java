package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.limits.Turnstile;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.intake.status.BatchActions;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.secrets.TestSecrets;
import io.mivaa.batch.webhook.TestWebhooks;
import io.mivaa.batch.webhook.Webhooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The requests of clients without HTTP: the classes behind the controllers. A problem of 4xx is a normal response. */
public final class FrontDoor {

    private final ApplicationContext context;

    /** For a context that has the stores, the queue and a pipeline. */
    @EnableConfigurationProperties(IntakeSettings.class)
    @Import({
        Intake.class,
        AcceptingTransaction.class,
        OptionsCheck.class,
        IdempotencyKeys.class,
        BatchActions.class,
        Admission.class,
        Turnstile.class
    })
    public static class Wiring {

        @Bean
        Webhooks webhooks() {
            return TestWebhooks.disabled();
        }
    }

    public FrontDoor(ApplicationContext context) {
        this.context = context;
    }

    /** Accepts the documents under an Idempotency-Key. */
    public BatchId accept(Workspace workspace, String key, List<NewDocument> documents) {
        try {
            Path file = Files.createTempFile("mivaa-test-", ".spool");
            try (Spool spool = new Spool(file)) {
                Submission submission = new Submission(
                        spool,
                        OnlyText.FORMATS,
                        TestSecrets.secrets(),
                        context.getBean(IntakeSettings.class),
                        documents.size());
                submission.documents().addAll(documents);
                return new BatchId(UUID.fromString(context.getBean(Intake.class)
                        .accept(workspace, submission, key)
                        .batch()));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void cancel(Workspace workspace, BatchId batch) {
        answered(() -> actions().cancel(workspace, batch));
    }

    public void cancel(Workspace workspace, JobId job) {
        answered(() -> actions().cancelJob(workspace, job));
    }

    public void pause(Workspace workspace, BatchId batch) {
        answered(() -> actions().pause(workspace, batch));
    }

    public void resume(Workspace workspace, BatchId batch) {
        answered(() -> actions().resume(workspace, batch));
    }

    public void reprioritise(Workspace workspace, BatchId batch, Priority priority) {
        answered(() -> actions().reprioritise(workspace, batch, priority));
    }

    /** Queues all dead letters of a batch again. */
    public void replay(Workspace workspace, BatchId batch) {
        answered(() -> actions().replay(workspace, DeadLetters.Filter.ofBatch(batch), null));
    }

    private BatchActions actions() {
        return context.getBean(BatchActions.class);
    }

    private static void answered(Runnable request) {
        try {
            request.run();
        } catch (Problem problem) {
            if (problem.getStatusCode().is5xxServerError()) {
                throw problem;
            }
        }
    }
}
