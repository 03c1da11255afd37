package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.http.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AllowanceTests {

    private final Allowance in = new Allowance(new ByteArrayInputStream(new byte[100]));

    @Test
    void endsWhatIsLongerThanAllowed() throws IOException {
        in.limit(10, () -> Problem.conflict("too-long", "It is too long."));

        assertThat(in.readNBytes(10)).hasSize(10);
        assertThatThrownBy(in::read).isInstanceOf(Problem.class);
    }

    @Test
    void readsOnWhenTheLimitIsLifted() throws IOException {
        in.limit(10, () -> Problem.conflict("too-long", "It is too long."));
        assertThat(in.read()).isZero();

        in.lift();

        assertThat(in.readAllBytes()).hasSize(99);
        assertThat(in.read()).isEqualTo(-1);
    }
}
