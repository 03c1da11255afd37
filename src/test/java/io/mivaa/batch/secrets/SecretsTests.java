package io.mivaa.batch.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTests {

    private static final String CLEAR = "Zwölf Boxkämpfer";
    private static final String OWNER = "job-1";

    private final Secrets secrets = TestSecrets.secrets(TestSecrets.key(1));

    @Test
    void opensWhatItHasSealed() {
        String sealed = secrets.seal(CLEAR, OWNER);

        assertThat(secrets.open(sealed, OWNER)).isEqualTo(CLEAR);
        assertThat(Base64.getDecoder().decode(sealed)).hasSize(1 + 12 + CLEAR.getBytes(UTF_8).length + 16);
    }

    @Test
    void sealsTheSameToAnotherTextEachTime() {
        assertThat(secrets.seal(CLEAR, OWNER)).isNotEqualTo(secrets.seal(CLEAR, OWNER));
    }

    @Test
    void opensForNobodyElse() {
        String sealed = secrets.seal(CLEAR, OWNER);

        assertThatThrownBy(() -> secrets.open(sealed, "job-2")).isInstanceOf(Secrets.CannotOpen.class);
    }

    @Test
    void opensNothingOfWhichASingleBitWasChanged() {
        byte[] sealed = Base64.getDecoder().decode(secrets.seal(CLEAR, OWNER));

        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            String text = Base64.getEncoder().encodeToString(changed);
            assertThatThrownBy(() -> secrets.open(text, OWNER))
                    .as("bit %d", bit)
                    .isInstanceOf(Secrets.CannotOpen.class)
                    .hasMessageNotContaining(CLEAR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AQ==", "AQAAAAAAAAAAAAAAAAAA", "no base64!"})
    void opensNothingThatItHasNotSealed(String text) {
        assertThatThrownBy(() -> secrets.open(text, OWNER)).isInstanceOf(Secrets.CannotOpen.class);
    }

    @Test
    void sealsWithTheFirstKeyAndOpensWithAll() {
        String old = TestSecrets.secrets(TestSecrets.key(2)).seal(CLEAR, OWNER);
        Secrets both = TestSecrets.secrets(TestSecrets.key(1), TestSecrets.key(2));

        assertThat(both.open(old, OWNER)).isEqualTo(CLEAR);
        assertThat(secrets.open(both.seal(CLEAR, OWNER), OWNER)).isEqualTo(CLEAR);
        assertThatThrownBy(() -> secrets.open(old, OWNER)).isInstanceOf(Secrets.CannotOpen.class);
        assertThat(both.keys()).isEqualTo(2);
    }

    @Test
    void marksEqualSecretsAlikeUnderOneKeyOnly() {
        Secrets both = TestSecrets.secrets(TestSecrets.key(1), TestSecrets.key(2));

        assertThat(both.mark(CLEAR, 0)).isEqualTo(secrets.mark(CLEAR, 0)).hasSize(64);
        assertThat(both.mark(CLEAR, 1)).isNotEqualTo(both.mark(CLEAR, 0));
        assertThat(both.mark("another", 0)).isNotEqualTo(both.mark(CLEAR, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "c2hvcnQ=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="})
    void takesNoKeyThatIsNoBase64Of32Bytes(String key) {
        assertThatThrownBy(() -> SealingKey.of(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(key);
    }

    @Test
    void takesAKeyWithTheEndOfItsLine() {
        Secrets fromFile = TestSecrets.secrets(TestSecrets.key(1) + "\n");

        assertThat(fromFile.open(secrets.seal(CLEAR, OWNER), OWNER)).isEqualTo(CLEAR);
    }
}
