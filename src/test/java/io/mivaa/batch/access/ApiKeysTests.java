package io.mivaa.batch.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Workspace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTests {

    private static final String OLD = "an-old-key-of-acme";
    private static final String NEW = "a-new-key-of-acme!";
    private static final String OTHER = "the-key-of-globex";

    private final ApiKeys keys = new ApiKeys(Map.of("acme", List.of(OLD, " " + NEW + " "), "globex", List.of(OTHER)));

    @Test
    void knowsEveryKeyOfEveryWorkspace() {
        assertThat(keys.workspaceOf(OLD)).contains(new Workspace("acme"));
        assertThat(keys.workspaceOf(NEW)).contains(new Workspace("acme"));
        assertThat(keys.workspaceOf(OTHER)).contains(new Workspace("globex"));
    }

    @Test
    void knowsNoOtherKey() {
        assertThat(keys.workspaceOf("an-old-key-of-acmE")).isEmpty();
        assertThat(keys.workspaceOf("")).isEmpty();
        assertThat(keys.workspaceOf("x".repeat(100_000))).isEmpty();
    }

    @Test
    void takesTheNameOfAnEnvironmentVariable() {
        assertThat(new ApiKeys(Map.of("ACME.Prod", List.of(OLD))).workspaceOf(OLD))
                .contains(new Workspace("acme_prod"));
    }

    @Test
    void isEmptyWithoutKeysOrWithBlankOnes() {
        assertThat(new ApiKeys(Map.of()).isEmpty()).isTrue();
        assertThat(new ApiKeys(Map.of("acme", List.of("", " "))).isEmpty()).isTrue();
        assertThat(keys.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret-of-acme!", "s"})
    void refusesAKeyThatCanBeGuessedWithoutTellingIt(String key) {
        assertThatThrownBy(() -> new ApiKeys(Map.of("acme", List.of(key))))
                .isInstanceOf(UnsafeAccess.class)
                .hasMessage("A key of the workspace 'acme' has " + key.length() + " characters.");
    }

    @Test
    void refusesOneKeyForTwoWorkspaces() {
        assertThatThrownBy(() -> new ApiKeys(Map.of("acme", List.of(OLD), "globex", List.of(OLD))))
                .isInstanceOf(UnsafeAccess.class)
                .hasMessageNotContaining(OLD);
    }

    @Test
    void refusesANameThatNoWorkspaceCanHave() {
        assertThatThrownBy(() -> new ApiKeys(Map.of("acme & co", List.of(OLD))))
                .isInstanceOf(UnsafeAccess.class)
                .hasMessageContaining("acme & co")
                .hasMessageNotContaining(OLD);
    }

    @Test
    void tellsNoKey() {
        AccessSettings settings = new AccessSettings(Map.of("acme", List.of(OLD)));

        assertThat(settings.toString()).contains("acme").doesNotContain(OLD);
        assertThat(keys.toString()).isEqualTo("3 API keys");
    }
}
