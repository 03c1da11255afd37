package io.mivaa.batch.job.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.expiry.Expiring.Page;
import io.mivaa.batch.job.expiry.Expiring.Pages;
import org.junit.jupiter.api.Test;

class ExpiringTests {

    @Test
    void aPassGoesOnAfterAFullPageAndEndsWithOneThatIsNotFull() throws Exception {
        assertThat(Pages.of(max -> max).removeNext(3)).isEqualTo(new Page(3, true));
        assertThat(Pages.of(max -> max - 1).removeNext(3)).isEqualTo(new Page(2, false));
    }
}
