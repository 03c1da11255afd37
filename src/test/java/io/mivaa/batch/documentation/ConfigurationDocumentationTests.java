package io.mivaa.batch.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.FileSystemResource;

/** docs/configuration.md names every setting as the code has it, and none that is not there. */
class ConfigurationDocumentationTests {

    private final Markdown document = Markdown.of("docs/configuration.md");

    @Test
    void namesEverySettingWithItsTypeAndDefault() {
        Map<String, String> documented = new TreeMap<>();
        document.rows("mivaa.").forEach(row -> documented.put(row.get(0), row.get(2) + ", default " + row.get(3)));
        Map<String, String> real = new TreeMap<>();
        Settings.all().forEach(each -> real.put(each.name(), each.type() + ", default " + each.defaultValue()));

        assertThat(documented).isEqualTo(real);
    }

    @Test
    void namesTheVariableOfEverySetting() {
        assertThat(document.rows("mivaa."))
                .allSatisfy(row -> assertThat(row.get(1)).isEqualTo(variable(row.get(0))));
    }

    @Test
    void knowsTheDefaultsThatStandInPlaceholders() throws IOException {
        Map<String, String> records = Settings.ofRecords().stream()
                .collect(Collectors.toMap(Settings.Setting::name, Settings.Setting::defaultValue));

        assertThat(Settings.placeholders().entrySet())
                .isNotEmpty()
                .allSatisfy(
                        placeholder -> assertThat(records.getOrDefault(placeholder.getKey(), placeholder.getValue()))
                                .as(placeholder.getKey())
                                .isEqualTo(placeholder.getValue()));
    }

    @Test
    void tellsWhatTheApplicationSetsOfSpringsOwn() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String start : List.of("spring", "server.", "management.", "logging.")) {
            document.rows(start).stream()
                    .filter(row -> !row.get(1).isEmpty())
                    .forEach(row -> documented.put(row.get(0), row.get(1)));
        }

        assertThat(documented).isEqualTo(applicationYml());
    }

    @Test
    void agreesWithTheTableOfTheReadme() {
        Map<String, String> all = new TreeMap<>();
        document.rows("mivaa.").forEach(row -> all.put(row.get(0), row.get(3)));
        document.rows("spring.").forEach(row -> all.put(row.get(0), row.get(1)));
        document.rows("server.").forEach(row -> all.put(row.get(0), row.get(1)));
        Markdown readme = Markdown.of("README.md");

        assertThat(List.of("spring.", "mivaa.", "server."))
                .flatMap(readme::rows)
                .hasSize(10)
                .allSatisfy(row -> assertThat(all).containsEntry(row.get(0), row.get(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRANSIENT", "RATE_LIMITED", "TIMEOUT", "RESOURCE", "INTERNAL"})
    void tellsHowAClassOfFailureIsTriedAgain(String failureClass) throws Exception {
        List<String> row = document.rows(failureClass + "`").get(0);

        assertThat(retry(Map.of()).get(failureClass))
                .extracting(Object::toString)
                .isEqualTo(policy(row.get(1), row.get(2), row.get(3), row.get(4)));
    }

    @Test
    void tellsWhatBecomesOfTheOtherValuesOfAClassThatIsSet() throws Exception {
        Map<String, Object> policies = retry(
                Map.of("MIVAA_WORKER_RETRY_RATELIMITED_ATTEMPTS", "7", "MIVAA_WORKER_RETRY_TIMEOUT_ATTEMPTS", "3"));

        assertThat(policies.get("RATE_LIMITED")).hasToString(policy("7", "1s", "2", "5m"));
        assertThat(policies.get("TIMEOUT")).hasToString(policy("3", "5s", "2", "5m"));
    }

    private static String policy(String attempts, String base, String factor, String cap) {
        return "Policy[attempts=%s, base=%s, factor=%s.0, cap=%s]"
                .formatted(attempts, DurationStyle.detectAndParse(base), factor, DurationStyle.detectAndParse(cap));
    }

    /** The settings of the workers are nobody else's, so they are looked at from outside. */
    private static Map<String, Object> retry(Map<String, Object> environment) throws ReflectiveOperationException {
        var source = new SystemEnvironmentPropertySource("systemEnvironment", environment);
        Class<?> type = Class.forName("io.mivaa.batch.worker.settings.WorkerSettings");
        Object settings = new Binder(Objects.requireNonNull(ConfigurationPropertySource.from(source)))
                .bindOrCreate("mivaa.worker", type);
        var accessor = type.getDeclaredMethod("policies");
        accessor.setAccessible(true);
        Map<String, Object> policies = new TreeMap<>();
        ((Map<?, ?>) accessor.invoke(settings)).forEach((name, policy) -> policies.put(name.toString(), policy));
        return policies;
    }

    private static String variable(String property) {
        int name = property.indexOf('<');
        if (name < 0) {
            return property.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace("-", "");
        }
        int end = property.indexOf('>') + 1;
        return variable(property.substring(0, name))
                + property.substring(name, end).toUpperCase(java.util.Locale.ROOT)
                + variable(property.substring(end));
    }

    private static Map<String, String> applicationYml() throws IOException {
        Map<String, String> properties = new TreeMap<>();
        new YamlPropertySourceLoader()
                .load("application", new FileSystemResource("src/main/resources/application.yml"))
                .forEach(source -> {
                    EnumerablePropertySource<?> all = (EnumerablePropertySource<?>) source;
                    for (String name : all.getPropertyNames()) {
                        properties.put(name, String.valueOf(all.getProperty(name)));
                    }
                });
        return properties;
    }
}
