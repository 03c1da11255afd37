package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.logging.DeferredLogs;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class RenamedSettingsTests {

    @ParameterizedTest
    @CsvSource({
        "mivaa.parsing.max-pages, MIVAA_PARSING_MAXPAGES, mivaa.parse.max-pages, MIVAA_PARSE_MAXPAGES",
        "mivaa.parsing.max-characters, MIVAA_PARSING_MAXCHARACTERS, mivaa.parse.max-characters, MIVAA_PARSE_MAXCHARACTERS"
    })
    void readsAnOldNameAndWarnsWithBothNames(
            String old, String oldVariable, String renamed, String renamedVariable, CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--" + old + "=7")) {
            assertThat(context.getEnvironment().getProperty(renamed)).isEqualTo("7");
        }

        assertThat(output)
                .contains("WARN")
                .contains("The setting " + old + " (" + oldVariable + ") was renamed to " + renamed + " ("
                        + renamedVariable + "). The old name still works in this version, but not in the next one.");
    }

    @ParameterizedTest
    @CsvSource({
        "MIVAA_PARSING_MAXPAGES, mivaa.parse.max-pages",
        "MIVAA_PARSING_MAX_PAGES, mivaa.parse.max-pages",
        "MIVAA_PARSING_MAXCHARACTERS, mivaa.parse.max-characters"
    })
    void readsTheEnvironmentVariableOfAnOldName(String variable, String renamed, CapturedOutput output) {
        ConfigurableEnvironment environment = environment(Map.of(variable, "7"));

        assertThat(environment.getProperty(renamed)).isEqualTo("7");
        assertThat(output).contains("was renamed to " + renamed);
    }

    @Test
    void theNewNameWinsWhereBothAreSet(CapturedOutput output) {
        try (ConfigurableApplicationContext context =
                start("--mivaa.parsing.max-pages=7", "--mivaa.parse.max-pages=8")) {
            assertThat(context.getEnvironment().getProperty("mivaa.parse.max-pages"))
                    .isEqualTo("8");
        }

        assertThat(output).contains("Both are set; the new name is used.");
    }

    @Test
    void theNewEnvironmentVariableWinsToo() {
        ConfigurableEnvironment environment =
                environment(Map.of("MIVAA_PARSING_MAXPAGES", "7", "MIVAA_PARSE_MAXPAGES", "8"));

        assertThat(environment.getProperty("mivaa.parse.max-pages")).isEqualTo("8");
    }

    @Test
    void saysNothingOfTheNewNames(CapturedOutput output) {
        start("--mivaa.parse.max-pages=8").close();

        assertThat(output).doesNotContain("renamed");
    }

    /** Nothing but the environment, prepared as for the service. */
    private static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments);
    }

    static class Nothing {}

    private static ConfigurableEnvironment environment(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        ConfigurationPropertySources.attach(environment);
        DeferredLogs logs = new DeferredLogs();
        new RenamedSettings(logs).postProcessEnvironment(environment, new SpringApplication(Nothing.class));
        logs.switchOverAll();
        return environment;
    }
}
