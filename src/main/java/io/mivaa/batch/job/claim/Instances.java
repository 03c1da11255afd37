package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.InstanceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The instances of the service and their leases. An instance is alive until its lease runs out. Thread-safe. */
@Repository
public class Instances {

    private final JdbcClient jdbc;

    Instances(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param running how many jobs it runs */
    public record Instance(
            InstanceId id,
            String host,
            long pid,
            int concurrency,
            Instant startedAt,
            Instant leaseUntil,
            boolean alive,
            boolean draining,
            int running) {}

    /** Adds an instance with a lease from now on. */
    public void register(InstanceId id, String host, long pid, int concurrency, Duration lease) {
        jdbc.sql("""
                        insert into worker_instance (id, host, pid, concurrency, lease_until)
                        values (:id, :host, :pid, :concurrency, now() + :lease * interval '1 millisecond')
                        """)
                .param("id", id.value())
                .param("host", host)
                .param("pid", pid)
                .param("concurrency", concurrency)
                .param("lease", lease.toMillis())
                .update();
    }

    /**
     * Extends the lease.
     *
     * @return false when the row no longer exists and the instance must register again
     */
    public boolean renew(InstanceId id, Duration lease, boolean draining) {
        return jdbc.sql("""
                                update worker_instance
                                   set lease_until = now() + :lease * interval '1 millisecond', draining = :draining
                                 where id = :id
                                """)
                        .param("lease", lease.toMillis())
                        .param("draining", draining)
                        .param("id", id.value())
                        .update()
                == 1;
    }

    /** Ends the lease at once: the last step of a graceful shutdown. */
    public void leave(InstanceId id) {
        jdbc.sql("update worker_instance set lease_until = now(), draining = true where id = :id")
                .param("id", id.value())
                .update();
    }

    /**
     * Deletes instances whose leases ended longer ago than {@code age}.
     *
     * @return how many
     */
    public int forgetDead(Duration age) {
        return jdbc.sql("""
                        delete from worker_instance w
                         where lease_until < now() - :age * interval '1 millisecond'
                           and not exists (select from job j where j.claimed_by = w.id and j.state = 'RUNNING')
                        """).param("age", age.toMillis()).update();
    }

    /** The living instances, and those that died recently. */
    public List<Instance> list() {
        return jdbc.sql("""
                        select w.*, w.lease_until > now() as alive,
                               (select count(*) from job j
                                 where j.claimed_by = w.id and j.state = 'RUNNING') as running
                          from worker_instance w order by w.id
                        """)
                .query((row, n) -> new Instance(
                        new InstanceId(row.getObject("id", UUID.class)),
                        row.getString("host"),
                        row.getLong("pid"),
                        row.getInt("concurrency"),
                        row.getTimestamp("started_at").toInstant(),
                        row.getTimestamp("lease_until").toInstant(),
                        row.getBoolean("alive"),
                        row.getBoolean("draining"),
                        row.getInt("running")))
                .list();
    }
}
