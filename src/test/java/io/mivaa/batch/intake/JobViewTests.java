package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobViewTests {

    @ParameterizedTest
    @CsvSource({
        "QUEUED, , , , 0",
        "RETRYING, EMBEDDING, 10, 5, 0",
        "RUNNING, , , , 0",
        "RUNNING, PARSING, , , 5",
        "RUNNING, CHUNKING, , , 10",
        "RUNNING, EMBEDDING, , , 15",
        "RUNNING, EMBEDDING, 0, 0, 15",
        "RUNNING, EMBEDDING, 10, , 15",
        "RUNNING, EMBEDDING, 10, 5, 55",
        "RUNNING, EMBEDDING, 2000000000, 2000000000, 95",
        "RUNNING, STORING, 10, 10, 95",
        "SUCCEEDED, , 10, 10, 100",
        "DEAD, EMBEDDING, 10, 5, 100",
        "CANCELLED, , , , 100"
    })
    void growsWithTheWorkThatIsDone(
            JobState state,
            @Nullable JobStage stage,
            @Nullable Integer chunks,
            @Nullable Integer embedded,
            int percent) {
        assertThat(JobView.of(job(state, stage, chunks, embedded)).progress().percent())
                .isEqualTo(percent);
    }

    private static Job job(
            JobState state, @Nullable JobStage stage, @Nullable Integer chunks, @Nullable Integer embedded) {
        return new Job(
                JobId.create(),
                1,
                BatchId.create(),
                Workspace.DEFAULT,
                null,
                "a.txt",
                "text/plain",
                1,
                "",
                "{}",
                state,
                stage,
                null,
                chunks,
                embedded,
                1,
                5,
                0,
                null,
                null,
                Instant.EPOCH,
                null,
                null,
                null,
                false,
                1);
    }
}
