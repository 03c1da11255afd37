package io.mivaa.batch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class RealServersTests {

    @Test
    void givesEveryTestADatabaseOfItsOwn() throws Exception {
        DataSource one = RealServers.freshDatabase();
        DataSource other = RealServers.freshDatabase();

        execute(one, "create table mine (id int)");

        assertThat(ask(one, "select count(*) from pg_tables where tablename = 'mine'"))
                .isEqualTo("1");
        assertThat(ask(other, "select count(*) from pg_tables where tablename = 'mine'"))
                .isEqualTo("0");
    }

    @Test
    void speaksToTheDatabaseInAnOddTimeZone() throws Exception {
        assertThat(ask(RealServers.freshDatabase(), "show timezone")).isEqualTo(RealServers.TIME_ZONE);
    }

    @Test
    void givesAnEmptyRedisOfItsOwn() {
        String one = RealServers.redisUri();
        String other = RealServers.redisUri();

        assertThat(one).isNotEqualTo(other);
        assertThat(sizeAfterPush(one, 1)).isEqualTo(1);
        assertThat(sizeAfterPush(other, 0)).isZero();
    }

    @Test
    void understandsTheUrlOfAGivenServer() {
        var server = PostgresServer.of("jdbc:postgresql://db.example:5433/postgres?user=me&password=s%26cret");

        assertThat(server.username()).isEqualTo("me");
        assertThat(server.password()).isEqualTo("s&cret");
        assertThat(server.administration().jdbcUrl())
                .isEqualTo("jdbc:postgresql://db.example:5433/postgres?user=me&password=s%26cret");
        assertThat(server.database("test_1").jdbcUrl()).startsWith("jdbc:postgresql://db.example:5433/test_1?");
    }

    private static long sizeAfterPush(String uri, int count) {
        RedisClient client = RedisClient.create(uri);
        try (var connection = client.connect()) {
            for (int i = 0; i < count; i++) {
                connection.sync().lpush("list", "value");
            }
            return connection.sync().dbsize();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
