package io.mivaa.batch.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.embedded.OwnKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SecretsConfigurationTests {

    private static final String CLEAR = "open sesame";

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(SecretsConfiguration.class, Settings.class);

    @EnableConfigurationProperties(SecretsSettings.class)
    static class Settings {}

    private ApplicationContextRunner withOwnKey(String base64) {
        return context.withBean(OwnKey.class, () -> new OwnKey(Path.of("data", "secrets.key"), base64));
    }

    private ApplicationContextRunner withEnvironment(String keys) {
        return context.withInitializer(started -> started.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.of("MIVAA_SECRETS_KEY", keys))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void hasNoKeyWhereNoneIsGiven(String nothing) {
        context.run(started -> assertThat(started.getBean(Secrets.class).keys()).isZero());
        withEnvironment(nothing)
                .run(started ->
                        assertThat(started.getBean(Secrets.class).keys()).isZero());
    }

    @Test
    void takesSeveralKeysFromTheEnvironmentInTheirOrder() {
        withEnvironment(TestSecrets.key(1) + ", " + TestSecrets.key(2)).run(started -> {
            Secrets secrets = started.getBean(Secrets.class);

            assertThat(secrets.keys()).isEqualTo(2);
            assertThat(TestSecrets.secrets(TestSecrets.key(1)).open(secrets.seal(CLEAR, "x"), "x"))
                    .isEqualTo(CLEAR);
        });
    }

    @Test
    void sealsWithItsOwnKeyOnlyWhereNoneIsConfigured() {
        Secrets own = TestSecrets.secrets(TestSecrets.key(9));
        String before = own.seal(CLEAR, "x");

        withOwnKey(TestSecrets.key(9) + "\n").run(started -> {
            Secrets secrets = started.getBean(Secrets.class);
            assertThat(own.open(secrets.seal(CLEAR, "x"), "x")).isEqualTo(CLEAR);
        });
        withOwnKey(TestSecrets.key(9))
                .withPropertyValues("mivaa.secrets.key=" + TestSecrets.key(1))
                .run(started -> {
                    Secrets secrets = started.getBean(Secrets.class);
                    assertThat(TestSecrets.secrets(TestSecrets.key(1)).open(secrets.seal(CLEAR, "x"), "x"))
                            .isEqualTo(CLEAR);
                    assertThat(secrets.open(before, "x")).isEqualTo(CLEAR);
                });
    }

    @Test
    void refusesToStartWithAKeyThatIsNoneAndDoesNotTellIt() {
        withEnvironment(TestSecrets.key(1) + ",far-too-weak").run(started -> {
            assertThat(started).hasFailed();
            Throwable failure = Objects.requireNonNull(started.getStartupFailure());
            assertThat(failure).rootCause().isInstanceOf(UnusableKey.class);
            FailureAnalysis analysis = Objects.requireNonNull(new UnusableKeyAnalyzer().analyze(failure));
            assertThat(analysis.getDescription()).isEqualTo("Key 2 of mivaa.secrets.key is not base64.");
            assertThat(analysis.getAction()).contains("openssl rand -base64 32");
            assertThat(failure).hasStackTraceContaining("UnusableKey");
            assertThat(stackTrace(failure)).doesNotContain("far-too-weak", TestSecrets.key(1));
        });
    }

    @Test
    void saysWhichFileHasNoKey() {
        withOwnKey("c2hvcnQ=")
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .hasMessage("The key in " + Path.of("data", "secrets.key") + " has 5 bytes instead of 32."));
    }

    @Test
    void hidesKeysFromTheActuator() {
        context.run(started -> {
            SanitizingFunction hide = started.getBean(SanitizingFunction.class);
            MapPropertySource source = new MapPropertySource("any", Map.of());

            for (String name : new String[] {"MIVAA_SECRETS_KEY", "mivaa.secrets.key", "mivaa.secrets.key[0]"}) {
                assertThat(hide.apply(new SanitizableData(source, name, "k")).getValue())
                        .as(name)
                        .isEqualTo(SanitizableData.SANITIZED_VALUE);
            }
            assertThat(hide.apply(new SanitizableData(source, "mivaa.search.max-concurrent", "4"))
                            .getValue())
                    .isEqualTo("4");
        });
    }

    @Test
    void printsNoKey() {
        String key = TestSecrets.key(1);

        assertThat(new SecretsSettings(java.util.List.of(key))).hasToString("SecretsSettings[1 keys]");
        assertThat(new OwnKey(Path.of("there"), key)).hasToString("OwnKey[there]");
    }

    private static String stackTrace(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
