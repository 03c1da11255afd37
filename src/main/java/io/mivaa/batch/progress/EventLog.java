package io.mivaa.batch.progress;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads events so that none is missed and none comes twice, regardless of the order in which transactions commit. The
 * events of one job or batch come in the order in which they happened. Thread-safe.
 */
@Repository
class EventLog {

    /** How many events one statement reads. */
    static final int PAGE = 500;

    private final JdbcClient jdbc;

    EventLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** An event, and the position of a reader who has received it. */
    record Placed(Event event, Position position) {}

    /**
     * A page of events.
     *
     * @param next the position to read on from
     * @param last whether these are the last events up to the snapshot that was asked for
     */
    record Part(List<Placed> events, Position next, boolean last) {}

    /** What is committed now or, in a transaction that has its own snapshot, what was committed when it began. */
    Snapshot now() {
        return Snapshot.parse(jdbc.sql("select pg_current_snapshot()::text")
                .query(String.class)
                .single());
    }

    /**
     * Whether all events after the position are still there. They are not when events after it have expired, and not
     * when the position lies in the future: then the database was restored and has a different history.
     */
    boolean keeps(Position position) {
        return jdbc.sql("""
                        select xid::text::bigint < :xmin
                               and :xmax <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                          from event_horizon
                        """)
                .param("xmin", position.xmin())
                .param("xmax", position.to().xmax())
                .query(Boolean.class)
                .single();
    }

    /** The next page of events for a listener. */
    Part after(Listener listener, Snapshot upTo) {
        return after(listener.position(), upTo, List.of(listener.workspace()), listener.batch(), PAGE);
    }

    /**
     * The next events.
     *
     * @param upTo a snapshot that is not older than the position
     * @param workspaces whose events are read
     * @param batch the only batch whose events are read; null for all
     * @param max how many events at most
     */
    Part after(Position position, Snapshot upTo, Collection<Workspace> workspaces, @Nullable BatchId batch, int max) {
        Position at = position;
        List<Placed> placed = new ArrayList<>();
        Snapshot from = position.from();
        if (from != null) {
            for (Event event : between(from, position.to(), position.id(), workspaces, batch, max)) {
                at = new Position(from, position.to(), event.id());
                placed.add(new Placed(event, at));
            }
            if (placed.size() == max) {
                return new Part(placed, at, false);
            }
        }
        Snapshot seen = position.to();
        if (seen.equals(upTo)) {
            return new Part(placed, Position.at(upTo), true);
        }
        int room = max - placed.size();
        List<Event> events = between(seen, upTo, 0, workspaces, batch, room);
        boolean last = events.size() < room;
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            at = last && i == events.size() - 1 ? Position.at(upTo) : new Position(seen, upTo, event.id());
            placed.add(new Placed(event, at));
        }
        return new Part(placed, last ? Position.at(upTo) : at, last);
    }

    /** Lists running transactions one by one: a lower bound would be held down by one that runs for hours. */
    private List<Event> between(
            Snapshot from,
            Snapshot to,
            long after,
            Collection<Workspace> workspaces,
            @Nullable BatchId batch,
            int max) {
        return jdbc.sql("""
                        select id, workspace, batch_id, job_id, state, attempt, error_class, error_code, error_message,
                               counts, at
                          from event
                         where (xid >= :fromXmax::text::xid8 or xid = any(:fromRunning::text[]::xid8[]))
                           and xid < :toXmax::text::xid8 and xid <> all(:toRunning::text[]::xid8[])
                           and id > :after
                           and workspace = any(:workspaces) and (:batch::uuid is null or batch_id = :batch)
                         order by id limit :max
                        """)
                .param("fromXmax", Long.toString(from.xmax()))
                .param("fromRunning", texts(from.running()))
                .param("toXmax", Long.toString(to.xmax()))
                .param("toRunning", texts(to.running()))
                .param("after", after)
                .param("workspaces", workspaces.stream().map(Workspace::name).toArray(String[]::new))
                .param("batch", batch == null ? null : batch.value())
                .param("max", max)
                .query(EventLog::event)
                .list();
    }

    private static String[] texts(List<Long> xids) {
        return xids.stream().map(String::valueOf).toArray(String[]::new);
    }

    private static Event event(ResultSet row, int n) throws SQLException {
        UUID job = row.getObject("job_id", UUID.class);
        return new Event(
                row.getLong("id"),
                new Workspace(row.getString("workspace")),
                new BatchId(row.getObject("batch_id", UUID.class)),
                job == null ? null : new JobId(job),
                row.getString("state"),
                row.getInt("attempt"),
                error(row),
                counts(row.getArray("counts")),
                row.getTimestamp("at").toInstant());
    }

    private static @Nullable Failure error(ResultSet row) throws SQLException {
        String failureClass = row.getString("error_class");
        return failureClass == null
                ? null
                : new Failure(
                        FailureClass.valueOf(failureClass),
                        row.getString("error_code"),
                        row.getString("error_message"));
    }

    private static @Nullable Counts counts(@Nullable Array array) throws SQLException {
        if (array == null) {
            return null;
        }
        Integer[] n = (Integer[]) array.getArray();
        return new Counts(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    }
}
