package io.mivaa.batch.job.durability;

import jakarta.annotation.PostConstruct;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Checks that PostgreSQL keeps what it has committed; every promise of the service depends on that. The settings are read
 * through the service's own connections, because they can be set for the server, the database, the role or the
 * connection. The service refuses to start on a server with unsafe settings. If a setting is turned off later, the health
 * of the service is down. {@code synchronous_commit=local} and {@code remote_write} are accepted: commits survive a power
 * failure of the server, and its standbys are up to the operator.
 */
@Component
class Durability implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(Durability.class);

    private final JdbcClient jdbc;
    private final boolean unsafeAllowed;

    Durability(JdbcClient jdbc, JobSettings settings) {
        this.jdbc = jdbc;
        this.unsafeAllowed = settings.allowUnsafeDurability();
    }

    @PostConstruct
    void refuseUnsafe() {
        List<String> off = off(switches());
        if (off.isEmpty()) {
            return;
        }
        String unsafe = "PostgreSQL runs with " + String.join(" and ", off)
                + " for this service: after a power cut or a crash, batches that were accepted with 202 can be"
                + " missing.";
        if (!unsafeAllowed) {
            throw new UnsafeDurability(unsafe);
        }
        log.warn("{} This is allowed by mivaa.job.allow-unsafe-durability", unsafe);
    }

    @Override
    public Health health() {
        Map<String, String> switches = switches();
        return (off(switches).isEmpty() || unsafeAllowed ? Health.up() : Health.down())
                .withDetails(switches)
                .build();
    }

    private Map<String, String> switches() {
        return jdbc.sql("""
                        select name, current_setting(name) as value
                          from unnest(array['fsync', 'full_page_writes', 'synchronous_commit']) name
                        """).query((row, n) -> Map.entry(row.getString("name"), row.getString("value"))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, TreeMap::new));
    }

    private static List<String> off(Map<String, String> switches) {
        return switches.entrySet().stream()
                .filter(each -> each.getValue().equals("off"))
                .map(each -> each.getKey() + "=off")
                .toList();
    }
}
