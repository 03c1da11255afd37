package io.mivaa.batch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.testkit.Receiver;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTests {

    private static final String OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /** The one that the libraries of Standard Webhooks are tested with. */
    @Test
    void signsTheKnownExample() {
        assertThat(new Signatures(List.of(Receiver.SECRET))
                        .of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void signsWithEverySecretSoThatOneCanBeExchanged() {
        String signature = new Signatures(List.of(Receiver.SECRET, OTHER)).of("id", 1, "body");

        assertThat(signature.split(" "))
                .containsExactly(
                        new Signatures(List.of(Receiver.SECRET)).of("id", 1, "body"),
                        new Signatures(List.of(OTHER)).of("id", 1, "body"));
    }

    @Test
    void isNotPossibleWithoutASecret() {
        assertThat(new Signatures(List.of()).isPossible()).isFalse();
        assertThat(new Signatures(List.of(" ")).isPossible()).isFalse();
        assertThat(new Signatures(List.of(OTHER)).isPossible()).isTrue();
    }

    @Test
    void takesSecretsOf24To64BytesAlone() {
        for (int bytes : new int[] {24, 64}) {
            assertThat(new Signatures(List.of(secretOf(bytes))).isPossible()).isTrue();
        }
        for (int bytes : new int[] {23, 65}) {
            assertThatThrownBy(() -> new Signatures(List.of(secretOf(bytes))))
                    .isInstanceOf(UnusableWebhookSettings.class)
                    .hasMessageContaining(bytes + " bytes");
        }
    }

    private static String secretOf(int bytes) {
        return "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"geheim", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all, not at all"})
    void refusesWhatIsNoSecretWithoutQuotingIt(String secret) {
        assertThatThrownBy(() -> new Signatures(List.of(secret)))
                .isInstanceOf(UnusableWebhookSettings.class)
                .hasMessageNotContaining(secret.length() > 6 ? secret.substring(6) : "geheim");
    }
}
