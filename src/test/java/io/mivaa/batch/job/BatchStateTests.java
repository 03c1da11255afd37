package io.mivaa.batch.job;

import static io.mivaa.batch.job.BatchState.CANCELLED;
import static io.mivaa.batch.job.BatchState.FAILED;
import static io.mivaa.batch.job.BatchState.PARTIAL;
import static io.mivaa.batch.job.BatchState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchStateTests {

    @Test
    void isFinalInFourStatesAndNoOther() {
        assertThat(BatchState.values())
                .filteredOn(BatchState::terminal)
                .containsExactly(SUCCEEDED, PARTIAL, FAILED, CANCELLED);
    }
}
