package io.mivaa.batch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.testkit.RealServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

class EmbeddedConfigurationTests {

    @TempDir
    Path directory;

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withUserConfiguration(EmbeddedConfiguration.class, Settings.class)
            .withConfiguration(AutoConfigurations.of(
                    DataSourceAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    JdbcClientAutoConfiguration.class,
                    DataRedisAutoConfiguration.class));

    @EnableConfigurationProperties(EmbeddedSettings.class)
    static class Settings {}

    private ApplicationContextRunner inDirectory() {
        return context.withPropertyValues(
                "mivaa.embedded.directory=" + directory, "mivaa.embedded.binaries=" + RealServers.binaries());
    }

    @Test
    void runsBothServersForTheDataSourceAndTheRedisClient() {
        inDirectory().run(started -> {
            assertThat(started).hasNotFailed();
            assertThat(started.getBean(ZeroSetup.class)).isEqualTo(new ZeroSetup(true, true, directory));
            assertThat(ask(started)).isEqualTo("on");
            assertThat(started.getBean(OwnKey.class).file()).isEqualTo(directory.resolve("postgres/secrets.key"));
            StringRedisTemplate redis = started.getBean(StringRedisTemplate.class);
            redis.opsForList().leftPush("list", "value");
            assertThat(redis.opsForList().size("list")).isEqualTo(1);
        });
    }

    @Test
    void comesBackToItsClientsWhenBothServersAreKilled() {
        inDirectory().run(started -> {
            StringRedisTemplate redis = started.getBean(StringRedisTemplate.class);
            redis.opsForList().leftPush("list", "value");
            assertThat(ask(started)).isEqualTo("on");
            EmbeddedServers servers = started.getBean(EmbeddedServers.class);

            ProcessHandle.of(servers.postgres().pid()).orElseThrow().destroyForcibly();
            ProcessHandle.of(servers.redis().pid()).orElseThrow().destroyForcibly();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> ask(started).equals("on"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> Long.valueOf(0).equals(redis.opsForList().size("list")));
        });
    }

    @Test
    void stopsTheServersAfterEverythingThatUsesThem() {
        inDirectory().run(started -> {
            ConfigurableListableBeanFactory beans =
                    started.getSourceApplicationContext().getBeanFactory();

            Set<String> dependants = dependants(beans, "embeddedServers", new HashSet<>());

            assertThat(dependants).contains("dataSource", "redisConnectionFactory", "jdbcClient");
        });
    }

    @Test
    void leavesNothingRunningWhenTheServiceStops() {
        long[] pids = new long[2];
        HikariDataSource[] pool = new HikariDataSource[1];
        inDirectory().run(started -> {
            EmbeddedServers servers = started.getBean(EmbeddedServers.class);
            pids[0] = servers.postgres().pid();
            pids[1] = servers.redis().pid();
            pool[0] = started.getBean(HikariDataSource.class);
        });

        assertThat(pool[0].isClosed()).isTrue();
        assertThat(ProcessHandle.of(pids[0])).isEmpty();
        assertThat(ProcessHandle.of(pids[1])).isEmpty();
    }

    @Test
    void startsNoPostgresWhenADatabaseIsConfigured() {
        inDirectory()
                .withPropertyValues("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/elsewhere")
                .run(started -> {
                    assertThat(started).hasNotFailed();
                    assertThat(started.getBean(ZeroSetup.class)).isEqualTo(new ZeroSetup(false, true, directory));
                    assertThat(started.getBean(JdbcConnectionDetails.class).getJdbcUrl())
                            .isEqualTo("jdbc:postgresql://127.0.0.1:1/elsewhere");
                    assertThat(started).doesNotHaveBean(OwnKey.class);
                    assertThat(directory.resolve("postgres")).doesNotExist();
                });
    }

    @Test
    void startsNothingWhenBothAreConfigured() {
        inDirectory()
                .withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://127.0.0.1:1/elsewhere",
                        "spring.data.redis.url=redis://127.0.0.1:1")
                .run(started -> {
                    assertThat(started).hasNotFailed();
                    assertThat(started.getBean(ZeroSetup.class)).isEqualTo(new ZeroSetup(false, false, directory));
                    assertThat(directory).isEmptyDirectory();
                });
    }

    @Test
    void startsNoRedisWhenAHostIsConfigured() {
        inDirectory()
                .withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://127.0.0.1:1/elsewhere",
                        "spring.data.redis.host=elsewhere")
                .run(started -> {
                    assertThat(started.getBean(ZeroSetup.class).redis()).isFalse();
                    assertThat(started.getBean(DataRedisConnectionDetails.class).getStandalone())
                            .returns("elsewhere", DataRedisConnectionDetails.Standalone::getHost);
                });
    }

    @Test
    void takesAnEmptyUrlForNone() {
        inDirectory()
                .withPropertyValues("spring.datasource.url=", "spring.data.redis.url=redis://127.0.0.1:1")
                .run(started -> {
                    assertThat(started.getBean(ZeroSetup.class).postgres()).isTrue();
                    assertThat(ask(started)).isEqualTo("on");
                });
    }

    @Test
    void startsNothingWhenItIsNotAllowedTo() {
        inDirectory()
                .withPropertyValues("mivaa.embedded.enabled=false", "spring.data.redis.url=redis://127.0.0.1:1")
                .run(started -> {
                    assertThat(started).hasFailed();
                    assertThat(directory.resolve("postgres")).doesNotExist();
                });
    }

    @Test
    void explainsAFolderInUse() {
        try (var other = EmbeddedPostgresServer.start(
                directory.resolve("postgres"), RealServers.binaries(), java.util.List.of())) {
            inDirectory()
                    .withPropertyValues("spring.data.redis.url=redis://127.0.0.1:1")
                    .run(started -> {
                        assertThat(started).hasFailed();
                        FailureAnalysis analysis = Objects.requireNonNull(new EmbeddedServerFailureAnalyzer()
                                .analyze(Objects.requireNonNull(started.getStartupFailure())));
                        assertThat(analysis.getDescription()).contains("is in use by this process");
                        assertThat(analysis.getAction()).contains("mivaa.embedded.directory");
                    });
            assertThat(other.pid()).isPositive();
        }
    }

    private static String ask(ApplicationContext context) {
        return context.getBean(JdbcClient.class)
                .sql("show fsync")
                .query(String.class)
                .single();
    }

    private static Set<String> dependants(ConfigurableListableBeanFactory beans, String bean, Set<String> found) {
        for (String dependant : beans.getDependentBeans(bean)) {
            if (found.add(dependant)) {
                dependants(beans, dependant, found);
            }
        }
        return found;
    }
}
