package io.mivaa.batch.webhook;

import io.mivaa.batch.job.expiry.Expiring;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Deliveries that succeeded or were given up long ago. Thread-safe. */
@Component
final class ExpiredDeliveries implements Expiring {

    private final JdbcClient jdbc;

    ExpiredDeliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return "webhook_deliveries";
    }

    @Override
    public Pages olderThan(Duration age) {
        return Pages.of(max -> remove(age, max));
    }

    private int remove(Duration age, int max) {
        return jdbc.sql("""
                        delete from webhook_delivery d
                         using (select id from webhook_delivery
                                 where ended_at < now() - :age * interval '1 millisecond'
                                 order by ended_at limit :max for update skip locked) old
                         where d.id = old.id
                        """).param("age", age.toMillis()).param("max", max).update();
    }
}
