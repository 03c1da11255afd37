package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RealServers.Database;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an instance does at its start on a schema of another version, with the settings of the service. */
class SchemaVersionTests {

    @Test
    void aNewerInstanceMigratesAndTheOlderOnesStartAndWorkOnBesideIt(@TempDir Path folder) throws IOException {
        Database database = RealServers.migratedDatabase();
        Stores older = new Stores(database.dataSource());
        Accepted batch = older.accept("a", "b");
        Files.writeString(
                folder.resolve("V1000__colour.sql"), "alter table batch add column colour text not null default 'red'");

        instance(database)
                .withPropertyValues("spring.flyway.locations=classpath:db/migration,filesystem:" + folder)
                .run(newer -> assertThat(version(newer.getBean(Flyway.class))).isEqualTo("1000"));

        instance(database).run(restarted -> {
            assertThat(restarted).hasNotFailed();
            assertThat(version(restarted.getBean(Flyway.class))).isEqualTo("1000");
        });
        assertThat(older.claims().take(batch.queued(), older.instance(), Claims.ANY_CRASHES))
                .hasSize(2);
        assertThat(older.accept("c").queued()).hasSize(1);
    }

    @Test
    void startsOnNoSchemaThatWasMadeByAnotherTextOfTheSameMigration() {
        Database database = RealServers.migratedDatabase();
        JdbcClient.create(database.dataSource())
                .sql("update flyway_schema_history set checksum = checksum + 1 where version = '1'")
                .update();

        instance(database)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("checksum mismatch"));
    }

    @Test
    void severalInstancesStartTogetherOnAnEmptyDatabase() throws Exception {
        Database database = RealServers.emptyDatabase();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> starts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                starts.add(threads.submit(() ->
                        instance(database).run(context -> assertThat(context).hasNotFailed())));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(new Stores(database.dataSource()).accept("a").queued()).hasSize(1);
    }

    private static ApplicationContextRunner instance(Database database) {
        return new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(
                        AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=" + database.username(),
                        "spring.datasource.password=" + database.password());
    }

    private static String version(Flyway flyway) {
        MigrationInfo current = flyway.info().current();
        return current == null ? "none" : String.valueOf(current.getVersion());
    }
}
