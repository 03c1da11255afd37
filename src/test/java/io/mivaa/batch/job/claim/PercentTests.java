package io.mivaa.batch.job.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.testkit.Stores;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far an attempt is. */
class PercentTests {

    @ParameterizedTest
    @CsvSource({
        "PARSING, , , , 0",
        "PARSING, 1, , , 3",
        "PARSING, 20, , , 9",
        "PARSING, 2000000000, , , 9",
        "CHUNKING, 20, , , 10",
        "EMBEDDING, , , , 15",
        "EMBEDDING, , 0, 0, 15",
        "EMBEDDING, , 10, , 15",
        "EMBEDDING, , 10, 5, 55",
        "EMBEDDING, , 2000000000, 2000000000, 95",
        "STORING, , 10, 10, 95"
    })
    void growsWithTheWorkThatIsDone(
            JobStage stage,
            @Nullable Integer pages,
            @Nullable Integer chunks,
            @Nullable Integer embedded,
            int percent) {
        assertThat(new JobProgress(claim(), true, stage, pages, chunks, embedded).percent())
                .isEqualTo(percent);
    }

    private static Claim claim() {
        return new Claim(
                JobId.create(),
                1,
                BatchId.create(),
                Workspace.DEFAULT,
                InstanceId.create(),
                1,
                1,
                1,
                null,
                "a.pdf",
                "application/pdf",
                50_000,
                "",
                Stores.OPTIONS,
                0,
                0,
                0,
                null,
                Map.of());
    }
}
