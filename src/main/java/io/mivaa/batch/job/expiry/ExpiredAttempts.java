package io.mivaa.batch.job.expiry;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The attempts of jobs that ended long ago, except the last attempt of each job. Thread-safe. */
@Component
final class ExpiredAttempts implements Expiring {

    private final JdbcClient jdbc;

    ExpiredAttempts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return "attempts";
    }

    @Override
    public Pages olderThan(Duration age) {
        return Pages.of(max -> remove(age, max));
    }

    private int remove(Duration age, int max) {
        return jdbc.sql("""
                        delete from job_attempt a
                         using (select o.job_id, o.fence
                                  from job j
                                  join job_attempt o on o.job_id = j.id
                                 where j.finished_at < now() - :age * interval '1 millisecond' and j.fence > 1
                                   and j.fence > o.fence
                                 limit :max for update of o skip locked) old
                         where a.job_id = old.job_id and a.fence = old.fence
                        """).param("age", age.toMillis()).param("max", max).update();
    }
}
