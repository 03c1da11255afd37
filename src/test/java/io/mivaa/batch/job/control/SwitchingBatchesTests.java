package io.mivaa.batch.job.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Stores;
import org.junit.jupiter.api.Test;

class SwitchingBatchesTests {

    @Test
    void doNotSwitchABatchThatIsNotReady() {
        Stores stores = new Stores();
        SwitchingBatches batches = new SwitchingBatches(stores.jdbc());
        Accepted open = stores.accept("a");

        assertThat(batches.ready()).isEmpty();
        assertThat(batches.switched(open.batch())).isFalse();
    }
}
