package io.mivaa.batch.intake;

import io.mivaa.batch.job.expiry.Expiring;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Idempotency keys of requests that were accepted long ago. Thread-safe. */
@Component
final class ExpiredIdempotencyKeys implements Expiring {

    private final JdbcClient jdbc;

    ExpiredIdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return "idempotency_keys";
    }

    @Override
    public Pages olderThan(Duration age) {
        return Pages.of(max -> remove(age, max));
    }

    private int remove(Duration age, int max) {
        return jdbc.sql("""
                        delete from idempotency_key k
                         using (select workspace, key from idempotency_key
                                 where created_at < now() - :age * interval '1 millisecond'
                                 order by created_at limit :max for update skip locked) old
                         where k.workspace = old.workspace and k.key = old.key
                        """).param("age", age.toMillis()).param("max", max).update();
    }
}
