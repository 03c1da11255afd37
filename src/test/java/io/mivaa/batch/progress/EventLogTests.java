package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.progress.EventLog.Part;
import io.mivaa.batch.progress.EventLog.Placed;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class EventLogTests {

    private static final Stores stores = new Stores();
    private static final EventLog log = new EventLog(stores.jdbc());
    private static final List<Workspace> MINE = List.of(Stores.WORKSPACE);

    /** Events that stand for nothing, of a workspace of their own. */
    private final Workspace other = new Workspace("w" + UUID.randomUUID());

    @Test
    void tellsEveryStateOfAJobAndOfItsBatchInTheirOrder() {
        Position before = Position.at(log.now());
        Accepted batch = stores.accept("one");
        Claim claim = stores.claim(batch.queued().get(0));
        stores.settling().retryLater(claim, failure(), Duration.ZERO, true, JobStage.EMBEDDING, Map.of());
        stores.promotion().promoteDue(1);
        stores.succeed(stores.claim(claim.job()));

        List<Event> events = all(before, batch.batch());

        assertThat(events.stream().filter(event -> event.job() != null))
                .extracting(Event::state)
                .containsExactly("QUEUED", "RUNNING", "RETRYING", "QUEUED", "RUNNING", "SUCCEEDED");
        assertThat(events.stream().filter(event -> event.job() != null))
                .extracting(Event::attempt)
                .containsExactly(0, 1, 1, 1, 2, 2);
        assertThat(events.stream().filter(event -> event.job() != null))
                .extracting(Event::error)
                .containsExactly(null, null, failure(), failure(), failure(), null);
        assertThat(events.stream().filter(event -> event.job() == null))
                .extracting(Event::state)
                .containsExactly("QUEUED", "RUNNING", "SUCCEEDED");
        assertThat(events.get(events.size() - 1).counts())
                .isEqualTo(stores.batch(batch.batch()).counts());
    }

    @Test
    void tellsNoStateOfABatchThatWasNeverCommitted() {
        Position before = Position.at(log.now());
        // More than one statement inserts, and the first brings dead jobs alone: for a moment all that is there is
        // final.
        Accepted refused = stores.accept(
                Priority.NORMAL,
                IntStream.range(0, 501)
                        .mapToObj(i -> Stores.document(null, "d" + i, i < 500 ? failure() : null))
                        .toList());
        Accepted cancelled = stores.accept("one", "two");
        stores.succeed(stores.claim(cancelled.queued().get(0)));
        // Its jobs are final before it is known to be cancelled.
        stores.cancellation().cancel(Stores.WORKSPACE, cancelled.batch());

        assertThat(states(before, refused.batch())).containsExactly("QUEUED");
        assertThat(states(before, cancelled.batch())).containsExactly("QUEUED", "RUNNING", "CANCELLED");
        assertThat(stores.batch(cancelled.batch()).state()).isEqualTo(BatchState.CANCELLED);
    }

    @Test
    void tellsOfAReplayThatABatchRunsAndFinishesAnew() {
        Accepted batch = stores.accept("one");
        stores.settling().bury(stores.claim(batch.queued().get(0)), failure(), JobStage.EMBEDDING, Map.of());
        Position before = Position.at(log.now());

        stores.deadLetters().replay(Stores.WORKSPACE, DeadLetters.Filter.ofBatch(batch.batch()), 1);
        stores.succeed(stores.claim(batch.queued().get(0)));

        assertThat(states(before, batch.batch())).containsExactly("RUNNING", "SUCCEEDED");
    }

    @Test
    void tellsWhatCommitsLateThoughItBeganEarly() throws SQLException {
        try (Connection early = begin();
                Connection late = begin()) {
            Position before = Position.at(log.now());
            write(early, "EARLY");
            write(late, "LATE");
            late.commit();

            Part first = log.after(before, log.now(), List.of(other), null, 10);
            early.commit();
            Part second = log.after(first.next(), log.now(), List.of(other), null, 10);
            Part third = log.after(second.next(), log.now(), List.of(other), null, 10);

            assertThat(states(first)).containsExactly("LATE");
            assertThat(states(second)).containsExactly("EARLY");
            assertThat(states(third)).isEmpty();
        }
    }

    @Test
    void keepsTheOrderOfAJobWhenTheTransactionThatBeganFirstChangesItLast() {
        Accepted batch = stores.accept("one");
        JobId job = batch.queued().get(0);
        Position before = Position.at(log.now());

        stores.transactions().executeWithoutResult(status -> {
            stores.jdbc()
                    .sql("select pg_current_xact_id()::text")
                    .query(String.class)
                    .single();
            inAnotherThread(() -> stores.claim(job));
            stores.cancellation().cancel(Stores.WORKSPACE, job);
        });

        assertThat(all(before, batch.batch()).stream().filter(event -> event.job() != null))
                .extracting(Event::state)
                .containsExactly("RUNNING", "CANCELLED");
    }

    /** Connections begin, write, commit and roll back in any order, while a reader goes on from any event it was told. */
    @Test
    void missesNothingAndTellsNothingTwiceInWhateverOrderTransactionsCommit() throws SQLException {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<Connection> connections = new ArrayList<>();
            List<List<String>> written = new ArrayList<>();
            List<String> committed = new ArrayList<>();
            List<String> told = new ArrayList<>();
            Position position = Position.at(log.now());
            for (int i = 0; i < 6; i++) {
                connections.add(begin());
                written.add(new ArrayList<>());
            }
            for (int step = 0; step < 150; step++) {
                int which = random.nextInt(connections.size());
                int what = random.nextInt(10);
                if (what < 5) {
                    String name = seed + "-" + step;
                    write(connections.get(which), name);
                    written.get(which).add(name);
                } else if (what < 8) {
                    connections.get(which).commit();
                    committed.addAll(written.get(which));
                    written.get(which).clear();
                } else if (what == 8) {
                    connections.get(which).rollback();
                    written.get(which).clear();
                } else {
                    position = follow(position, told, random, 1 + random.nextInt(5));
                }
            }
            for (int i = 0; i < connections.size(); i++) {
                connections.get(i).commit();
                committed.addAll(written.get(i));
                connections.get(i).close();
            }
            position = follow(position, told, random, 3);
            position = follow(position, told, random, 100);
            follow(position, told, random, 100);

            assertThat(told).as("seed " + seed).containsExactlyInAnyOrderElementsOf(committed);
        }
    }

    /** Reads to the end, or loses its stream after some event and comes again with the id of that. */
    private Position follow(Position from, List<String> told, Random random, int page) {
        Snapshot now = log.now();
        Position position = from;
        boolean done = false;
        while (!done) {
            Part part = log.after(position, now, List.of(other), null, page);
            int lost = random.nextInt(4) == 0
                    ? random.nextInt(part.events().size() + 1)
                    : part.events().size();
            part.events()
                    .subList(0, lost)
                    .forEach(placed -> told.add(placed.event().state()));
            if (lost < part.events().size()) {
                return lost == 0
                        ? position
                        : Position.decode(part.events().get(lost - 1).position().encode())
                                .orElseThrow();
            }
            position = part.next();
            done = part.last();
        }
        return position;
    }

    @Test
    void saysWhenSomethingAfterAPositionIsGone() throws IOException {
        Position old = Position.at(log.now());
        Accepted batch = stores.accept("one");
        stores.jdbc()
                .sql("update event set at = now() - interval '2 days' where batch_id = :batch")
                .param("batch", batch.batch().value())
                .update();
        assertThat(log.keeps(old)).isTrue();

        int removed = removeExpired();

        assertThat(removed).isEqualTo(2);
        assertThat(log.keeps(old)).isFalse();
        assertThat(log.keeps(new Position(old.to(), log.now(), 1))).isFalse();
        assertThat(log.keeps(Position.at(log.now()))).isTrue();
        assertThat(removeExpired()).isZero();
    }

    private static int removeExpired() throws IOException {
        return new ExpiredEvents(stores.jdbc())
                .olderThan(Duration.ofDays(1))
                .removeNext(10_000)
                .removed();
    }

    @Test
    void knowsNoPositionOfTheFuture() {
        assertThat(log.keeps(Position.at(new Snapshot(log.now().xmax() + 1_000_000, List.of()))))
                .isFalse();
    }

    @Test
    void readsOnlyWhatItHasNotSeenThoughATransactionRunsForHours() throws SQLException {
        try (Connection longRunning = begin()) {
            write(longRunning, "LONG");
            stores.accept("one", "two", "three");
            Snapshot seen = log.now();
            Snapshot now = log.now();

            String plan = String.join(
                    "\n",
                    stores.jdbc()
                            .sql("explain select from event where (xid >= :xmax::text::xid8"
                                    + " or xid = any(:running::text[]::xid8[])) and xid < :now::text::xid8")
                            .param("xmax", Long.toString(seen.xmax()))
                            .param(
                                    "running",
                                    seen.running().stream().map(String::valueOf).toArray(String[]::new))
                            .param("now", Long.toString(now.xmax()))
                            .query(String.class)
                            .list());

            assertThat(seen.running()).isNotEmpty();
            assertThat(log.after(Position.at(seen), now, MINE, null, 10).events())
                    .isEmpty();
            assertThat(plan).doesNotContain("Seq Scan");
        }
    }

    private static Failure failure() {
        return Failure.invalidInput("no-text", "There is no text.");
    }

    private static List<Event> all(Position from, BatchId batch) {
        return log.after(from, log.now(), MINE, batch, 10_000).events().stream()
                .map(Placed::event)
                .toList();
    }

    /** Of the batch alone. */
    private static List<String> states(Position from, BatchId batch) {
        return all(from, batch).stream()
                .filter(event -> event.job() == null)
                .map(Event::state)
                .toList();
    }

    private static List<String> states(Part part) {
        return part.events().stream().map(placed -> placed.event().state()).toList();
    }

    private static Connection begin() throws SQLException {
        Connection connection = stores.bean(DataSource.class).getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private void write(Connection connection, String state) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into event (workspace, batch_id, state, at) values (?, gen_random_uuid(), ?, now())")) {
            insert.setString(1, other.name());
            insert.setString(2, state);
            insert.executeUpdate();
        }
    }

    private static void inAnotherThread(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
