package io.mivaa.batch.testkit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.Future;
import org.springframework.data.redis.connection.RedisServerCommands;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** A client of one Redis database with the timeouts of the service. Thread-safe. */
public final class RedisAccess implements AutoCloseable {

    private final ClientResources resources = ClientResources.builder()
            .reconnectDelay(Delay.constant(Duration.ofMillis(50)))
            .build();
    private final LettuceConnectionFactory connections;
    private final StringRedisTemplate template;

    public RedisAccess(String uri) {
        this.connections = new LettuceConnectionFactory(
                LettuceConnectionFactory.createRedisConfiguration(uri),
                LettuceClientConfiguration.builder()
                        .clientResources(resources)
                        .commandTimeout(Duration.ofSeconds(2))
                        .shutdownTimeout(Duration.ZERO)
                        .clientOptions(ClientOptions.builder()
                                .timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(2)))
                                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                                .build())
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        this.template = new StringRedisTemplate(connections);
    }

    /** Nobody answers there. */
    public static RedisAccess nowhere() {
        return new RedisAccess("redis://127.0.0.1:1");
    }

    public StringRedisTemplate template() {
        return template;
    }

    /** Loses all data of this database. */
    public void flush() {
        run(RedisServerCommands::flushDb);
    }

    /** Lets the server forget all scripts. */
    public void forgetScripts() {
        template.execute((RedisCallback<Object>) connection -> {
            connection.scriptingCommands().scriptFlush();
            return true;
        });
    }

    private void run(java.util.function.Consumer<RedisServerCommands> command) {
        template.execute((RedisCallback<Object>) connection -> {
            command.accept(connection.serverCommands());
            return true;
        });
    }

    @Override
    public void close() {
        connections.destroy();
        Future<?> unused = resources.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
}
