package io.mivaa.batch.embedded;

import java.util.List;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Provides the servers as connection details, through which the data source, the migrations and the Redis client find
 * them. Spring destroys these dependants before it stops the servers.
 */
@Configuration(proxyBeanMethods = false)
class EmbeddedConfiguration {

    @Bean
    ZeroSetup zeroSetup(EmbeddedSettings settings, Environment environment) {
        return new ZeroSetup(PostgresNeeded.in(environment), RedisNeeded.in(environment), settings.directory());
    }

    @Bean
    EmbeddedServers embeddedServers(EmbeddedSettings settings, ZeroSetup needed) {
        return new EmbeddedServers(settings, needed);
    }

    @Bean
    @Conditional(PostgresNeeded.class)
    JdbcConnectionDetails embeddedJdbcConnectionDetails(EmbeddedServers servers) {
        return new PostgresDetails(servers.postgres());
    }

    @Bean
    @Conditional(PostgresNeeded.class)
    OwnKey ownKey(EmbeddedServers servers) {
        return servers.postgres().key();
    }

    @Bean
    @Conditional(RedisNeeded.class)
    DataRedisConnectionDetails embeddedRedisConnectionDetails(EmbeddedServers servers) {
        return new RedisDetails(servers.redis());
    }

    private record PostgresDetails(EmbeddedPostgresServer server) implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return server.username();
        }

        @Override
        public String getPassword() {
            return server.password();
        }

        @Override
        public String getJdbcUrl() {
            return server.jdbcUrl();
        }
    }

    private record RedisDetails(EmbeddedRedisServer server) implements DataRedisConnectionDetails {

        @Override
        public String getPassword() {
            return server.password();
        }

        @Override
        public Standalone getStandalone() {
            return Standalone.of("127.0.0.1", server.port());
        }
    }

    /** Matches when no database is configured. */
    static final class PostgresNeeded implements Condition {

        static boolean in(Environment environment) {
            return isEnabled(environment) && noneIsSet(environment, List.of("spring.datasource.url"));
        }

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return in(context.getEnvironment());
        }
    }

    /** Matches when no Redis is configured: no single server, no sentinels, no cluster. */
    static final class RedisNeeded implements Condition {

        private static final List<String> PROPERTIES = List.of(
                "spring.data.redis.url",
                "spring.data.redis.host",
                "spring.data.redis.sentinel.master",
                "spring.data.redis.cluster.nodes",
                "spring.data.redis.cluster.nodes[0]");

        static boolean in(Environment environment) {
            return isEnabled(environment) && noneIsSet(environment, PROPERTIES);
        }

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return in(context.getEnvironment());
        }
    }

    private static boolean isEnabled(Environment environment) {
        return environment.getProperty("mivaa.embedded.enabled", Boolean.class, true);
    }

    /** An empty value, as Compose files pass it, counts as not set. */
    private static boolean noneIsSet(Environment environment, List<String> properties) {
        return properties.stream().noneMatch(name -> StringUtils.hasText(environment.getProperty(name)));
    }
}
