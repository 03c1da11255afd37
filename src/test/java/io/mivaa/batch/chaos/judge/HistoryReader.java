package io.mivaa.batch.chaos.judge;

import io.mivaa.batch.chaos.judge.History.Accepted;
import io.mivaa.batch.chaos.judge.History.AttemptRow;
import io.mivaa.batch.chaos.judge.History.BatchRow;
import io.mivaa.batch.chaos.judge.History.JobRow;
import io.mivaa.batch.chaos.judge.History.ResultRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads from PostgreSQL what the judge needs. Thread-safe. */
public final class HistoryReader {

    private static final List<String> STATES =
            List.of("SCHEDULED", "QUEUED", "RUNNING", "RETRYING", "SUCCEEDED", "DEAD", "CANCELLED");

    private final JdbcClient jdbc;

    public HistoryReader(DataSource database) {
        this.jdbc = JdbcClient.create(database);
    }

    /** @param pids of the service processes that still run */
    public History read(List<Accepted> accepted, Collection<Long> pids, Map<String, Long> redisLeft) {
        return new History(accepted, batches(), jobs(), attempts(), results(), living(pids), redisLeft);
    }

    /** How many jobs are not final. */
    public long open() {
        return count("select count(*) from job where finished_at is null");
    }

    /** What is not final, and who holds it, for people. */
    public List<String> openJobs() {
        return lines("""
                select concat_ws(' ', 'job', j.id, j.state, j.stage, 'held by', j.claimed_by, 'pid', w.pid, 'lease until',
                                 w.lease_until, 'run after', j.run_after, 'of batch', b.id, b.state,
                                 'claimed', j.claimed_at, 'now', now())
                  from job j join batch b on b.id = j.batch_id left join worker_instance w on w.id = j.claimed_by
                 where j.finished_at is null limit 20
                """);
    }

    /** What is going on in PostgreSQL, for people. */
    public List<String> sessions() {
        return lines("""
                select concat_ws(' ', 'session', pid, client_port, state, wait_event_type, wait_event, 'since', state_change,
                                 left(regexp_replace(query, '\\s+', ' ', 'g'), 100))
                  from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                """);
    }

    private List<String> lines(String sql) {
        return jdbc.sql(sql).query(String.class).list();
    }

    /** How many attempts were taken from instances that came back later: what their workers did was thrown away. */
    public long survivedByTheirWorker() {
        return count("""
                select count(*) from ended_attempt a
                 where a.outcome = 'LOST'
                   and exists (select from ended_attempt b
                                where b.instance = a.instance and b.started_at > a.ended_at)
                """);
    }

    public long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    /** How many attempts ended in which way. */
    public Map<String, Long> outcomes() {
        Map<String, Long> outcomes = new HashMap<>();
        jdbc.sql("select outcome, count(*) as n from ended_attempt group by 1").query(row -> {
            outcomes.put(row.getString("outcome"), row.getLong("n"));
        });
        return outcomes;
    }

    private Set<UUID> living(Collection<Long> pids) {
        return Set.copyOf(jdbc.sql("select id from worker_instance where pid = any(:pids) and lease_until > now()")
                .param("pids", pids.toArray(Long[]::new))
                .query(UUID.class)
                .list());
    }

    private List<BatchRow> batches() {
        return jdbc.sql("select * from batch").query((row, n) -> batch(row)).list();
    }

    private static BatchRow batch(ResultSet row) throws SQLException {
        Map<String, Integer> counts = new HashMap<>();
        for (String state : STATES) {
            counts.put(state, row.getInt(state.toLowerCase(Locale.ROOT)));
        }
        return new BatchRow(
                row.getObject("id", UUID.class),
                row.getString("state"),
                row.getInt("total"),
                row.getTimestamp("finished_at") != null,
                counts);
    }

    private List<JobRow> jobs() {
        return jdbc.sql("""
                        select id, batch_id, state, attempt, crashes, fence, claimed_by, result_id, reused from job
                        """)
                .query((row, n) -> new JobRow(
                        row.getObject("id", UUID.class),
                        row.getObject("batch_id", UUID.class),
                        row.getString("state"),
                        row.getInt("attempt"),
                        row.getInt("crashes"),
                        row.getLong("fence"),
                        row.getObject("claimed_by", UUID.class),
                        row.getObject("result_id", UUID.class),
                        row.getBoolean("reused")))
                .list();
    }

    private List<AttemptRow> attempts() {
        return jdbc.sql("select job_id, fence, instance, started_at, ended_at, outcome from ended_attempt")
                .query((row, n) -> new AttemptRow(
                        row.getObject("job_id", UUID.class),
                        row.getLong("fence"),
                        row.getObject("instance", UUID.class),
                        row.getTimestamp("started_at").toInstant(),
                        row.getTimestamp("ended_at").toInstant(),
                        row.getString("outcome")))
                .list();
    }

    private List<ResultRow> results() {
        return jdbc.sql("""
                        select r.id, r.chunks, (select count(*) from chunk c where c.result_id = r.id) as stored
                          from result r
                        """)
                .query((row, n) ->
                        new ResultRow(row.getObject("id", UUID.class), row.getInt("chunks"), row.getInt("stored")))
                .list();
    }
}
