package io.mivaa.batch.job.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.testkit.RealServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A PostgreSQL that may lose what it has committed. */
@ExtendWith(OutputCaptureExtension.class)
class DurabilityTests {

    private final RealServers.Database database = RealServers.emptyDatabase();

    @Test
    void refusesToStartWhereTheDatabaseDoesNotWaitForItsDisk(CapturedOutput output) {
        set("alter database %s set synchronous_commit = off");

        Throwable failure = catchThrowable(() -> start().close());

        assertThat(failure).hasRootCauseInstanceOf(UnsafeDurability.class);
        assertThat(output)
                .contains("PostgreSQL runs with synchronous_commit=off for this service")
                .contains("mivaa.job.allow-unsafe-durability=true")
                .doesNotContain("takes jobs with");
    }

    @Test
    void refusesWhatItsOwnConnectionsAsk() {
        var asking = new RealServers.Database(
                database.jdbcUrl() + "?options=-c%20synchronous_commit=off", database.username(), database.password());

        assertThat(catchThrowable(
                        new Durability(JdbcClient.create(asking.dataSource()), new JobSettings(false))::refuseUnsafe))
                .hasMessageContaining("synchronous_commit=off");
    }

    @Test
    void startsThereWhenItMay(CapturedOutput output) {
        set("alter database %s set synchronous_commit = off");

        try (var service = start("mivaa.job.allow-unsafe-durability=true")) {
            Health health = service.getBean(Durability.class).health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("fsync", "on")
                    .containsEntry("full_page_writes", "on")
                    .containsEntry("synchronous_commit", "off");
        }
        assertThat(output).contains("This is allowed by mivaa.job.allow-unsafe-durability");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "local", "remote_write", "remote_apply"})
    void findsNothingInWhatWaitsForTheDisk(String value) {
        set("alter database %s set synchronous_commit = " + value);
        Durability durability = durability(false);

        assertThatCode(durability::refuseUnsafe).doesNotThrowAnyException();
        assertThat(durability.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void saysSoWhenASwitchIsTurnedOffLater() {
        Durability durability = durability(false);
        durability.refuseUnsafe();

        set("alter database %s set synchronous_commit = off");

        assertThat(durability(false).health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(durability(true).health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void namesAllThatIsOff(@TempDir Path folder) {
        try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, RealServers.binaries(), List.of())) {
            // What the server's own command line forbids is feigned by a function that is found before the real one.
            var other = new RealServers.Database(server.jdbcUrl(), server.username(), server.password());
            JdbcClient jdbc = JdbcClient.create(other.dataSource());
            jdbc.sql("""
                            create function public.current_setting(name text) returns text language sql
                            as $$ select 'off' $$
                            """).update();
            jdbc.sql("alter database mivaa set search_path = public, pg_catalog")
                    .update();

            Durability durability = new Durability(JdbcClient.create(other.dataSource()), new JobSettings(false));

            assertThat(catchThrowable(durability::refuseUnsafe))
                    .hasMessageContaining("fsync=off and full_page_writes=off and synchronous_commit=off");
        }
    }

    private Durability durability(boolean unsafeAllowed) {
        return new Durability(JdbcClient.create(database.dataSource()), new JobSettings(unsafeAllowed));
    }

    private void set(String sql) {
        String name = database.jdbcUrl().replaceAll(".*/", "");
        JdbcClient.create(database.dataSource()).sql(sql.formatted(name)).update();
    }

    private ConfigurableApplicationContext start(String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password(),
                "--spring.data.redis.url=" + RealServers.redisUri()));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return SpringApplication.run(MivaaBatchApplication.class, arguments.toArray(String[]::new));
    }
}
