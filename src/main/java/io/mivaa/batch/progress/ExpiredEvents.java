package io.mivaa.batch.progress;

import io.mivaa.batch.job.expiry.Expiring;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Events that happened long ago. The oldest transactions go first, and the newest transaction that lost an event is
 * recorded, so that a reader who has missed events is not resumed as if there were no gap ({@link EventLog#keeps}).
 * Thread-safe.
 */
@Component
final class ExpiredEvents implements Expiring {

    private final JdbcClient jdbc;

    ExpiredEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return "events";
    }

    @Override
    public Pages olderThan(Duration age) {
        return Pages.of(max -> remove(age, max));
    }

    private int remove(Duration age, int max) {
        return jdbc.sql("""
                        with gone as (
                            delete from event where ctid = any(array(
                                select place
                                  from (select ctid as place, at from event order by xid limit :max) oldest
                                 where at < now() - :age * interval '1 millisecond'))
                            returning xid),
                        newest as (
                            select xid from gone order by xid desc limit 1),
                        remembered as (
                            update event_horizon h set xid = greatest(h.xid, n.xid) from newest n)
                        select count(*) from gone
                        """)
                .param("age", age.toMillis())
                .param("max", max)
                .query(Integer.class)
                .single();
    }
}
