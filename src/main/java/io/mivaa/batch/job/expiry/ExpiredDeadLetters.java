package io.mivaa.batch.job.expiry;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Dead letters that died long ago. They are discarded: the jobs stay DEAD, but leave the list. Thread-safe. */
@Component
final class ExpiredDeadLetters implements Expiring {

    private final JdbcClient jdbc;

    ExpiredDeadLetters(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return "dead_letters";
    }

    @Override
    public Pages olderThan(Duration age) {
        return Pages.of(max -> discard(age, max));
    }

    private int discard(Duration age, int max) {
        return jdbc.sql("""
                        update job j set discarded_at = now()
                          from (select id from job
                                 where state = 'DEAD' and discarded_at is null
                                   and finished_at < now() - :age * interval '1 millisecond'
                                 order by id limit :max for update skip locked) old
                         where j.id = old.id
                        """).param("age", age.toMillis()).param("max", max).update();
    }
}
