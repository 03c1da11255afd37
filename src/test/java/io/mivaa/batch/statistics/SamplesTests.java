package io.mivaa.batch.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The samples for charts. */
class SamplesTests {

    private final DataSource database = RealServers.freshDatabase();
    private final Stores stores = new Stores(database);
    private final Samples samples = new Samples(stores.jdbc());

    @Test
    void countsTheEndsWithinTheStretchAndWhatWaits() {
        Accepted batch = stores.accept("a", "b", "c", "d", "e");
        stores.succeed(stores.claim(batch.queued().get(0)));
        stores.succeed(stores.claim(batch.queued().get(1)));
        stores.settling()
                .bury(
                        stores.claim(batch.queued().get(2)),
                        new Failure(FailureClass.INTERNAL, "x", "x"),
                        JobStage.PARSING,
                        Map.of());
        stores.claim(batch.queued().get(3));
        // The last of them long before the stretch that is looked at.
        endedInTheLastStretch();
        stores.jdbc()
                .sql("update job set finished_at = now() - interval '1 minute' where id = :id")
                .param("id", batch.queued().get(1).value())
                .update();
        stores.jdbc()
                .sql("update job set queued_at = now() - interval '90 seconds' where state = 'QUEUED'")
                .update();

        assertThat(take(stores)).isTrue();

        assertThat(samples.read(Stores.WORKSPACE, Window.FIVE_MINUTES))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.succeeded()).isEqualTo(1);
                    assertThat(item.dead()).isEqualTo(1);
                    assertThat(item.queued()).isEqualTo(1);
                    assertThat(item.running()).isEqualTo(1);
                    assertThat(item.retrying()).isZero();
                    assertThat(item.oldestQueuedSeconds()).isBetween(90.0, 120.0);
                });
    }

    @Test
    void tellsEachWorkspaceItsOwnAndZeroWhereItHadNothing() {
        Workspace mine = new Workspace("mine");
        Workspace others = new Workspace("others");
        stores.accept(mine, Priority.NORMAL, 3);
        stores.accept(others, Priority.NORMAL, 5);

        take(stores);

        assertThat(samples.read(mine, Window.HOUR))
                .extracting(Samples.Item::queued)
                .containsExactly(3L);
        assertThat(samples.read(others, Window.HOUR))
                .extracting(Samples.Item::queued)
                .containsExactly(5L);
        assertThat(samples.read(new Workspace("idle"), Window.HOUR))
                .extracting(Samples.Item::queued)
                .containsExactly(0L);
    }

    @Test
    void oneInstanceLooksAtAStretch() {
        Stores other = new Stores(database);
        stores.accept("a");

        boolean first = Boolean.TRUE.equals(stores.transactions().execute(status -> {
            boolean ours = samples.take();
            assertThat(CompletableFuture.supplyAsync(() -> take(other)).join()).isFalse();
            return ours;
        }));

        assertThat(first).isTrue();
        // Unless the next one has begun since.
        assertThat(List.of(take(other), take(stores)).stream()
                        .filter(taken -> taken)
                        .count())
                .isLessThanOrEqualTo(1);
        assertThat(stores.jdbc()
                        .sql("select count(*) from sample")
                        .query(Integer.class)
                        .single())
                .isLessThanOrEqualTo(2);
    }

    @Test
    void addsUpWhatWasDoneAndKeepsTheMostThatWaitedInALongerBucket() {
        stores.jdbc().sql("""
                        insert into sampled
                        select date_bin('10 seconds', now(), timestamptz 'epoch') - n * interval '10 seconds'
                          from generate_series(1, 17000) n
                        """).update();
        stores.jdbc().sql("""
                        insert into sample select at, 'acme', 1, 0, extract(epoch from at)::bigint % 300, 0, 0, 0 from sampled
                        """).update();

        List<Samples.Item> day = samples.read(Stores.WORKSPACE, Window.DAY);
        List<Samples.Item> hour = samples.read(Stores.WORKSPACE, Window.HOUR);

        assertThat(day).hasSizeBetween(288, 290);
        assertThat(day.get(1).succeeded()).isEqualTo(30);
        assertThat(day.get(1).queued()).isEqualTo(290);
        assertThat(day).extracting(Samples.Item::at).isSorted();
        assertThat(hour).hasSizeBetween(120, 122);
        assertThat(hour.get(1).succeeded()).isEqualTo(3);
        assertThat(samples.read(Stores.WORKSPACE, Window.FIVE_MINUTES)).hasSizeBetween(29, 31);
    }

    @Test
    void forgetsWhatIsTooOldWithItsSamples() {
        stores.accept("a");
        take(stores);
        stores.jdbc()
                .sql("insert into sampled values (now() - interval '49 hours')")
                .update();
        stores.jdbc().sql("""
                        insert into sample select at, 'acme', 1, 1, 1, 1, 1, 1 from sampled where at < now() - interval '1 day'
                        """).update();

        assertThat(samples.forget(Duration.ofDays(2))).isEqualTo(1);

        assertThat(stores.jdbc()
                        .sql("select count(*) from sample")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void learnsWhatDocumentsCost() {
        Accepted batch = stores.accept("x".repeat(1_000_000));
        stores.succeed(stores.claim(batch.queued().get(0)));
        endedInTheLastStretch();
        stores.jdbc()
                .sql("update job set claimed_at = finished_at - interval '100 seconds'")
                .update();

        take(stores);

        // Nine tenths of the guess, 17 s a megabyte, and one megabyte of 100 s.
        assertThat(stores.jdbc()
                        .sql("select millis / size from pace where media_type = 'text/plain'")
                        .query(Double.class)
                        .single())
                .isBetween(0.058, 0.063);
        stores.accept("next");
        assertThat(stores.jdbc()
                        .sql("select cost from batch_work order by batch_id desc limit 1")
                        .query(Double.class)
                        .single())
                .isBetween(0.058, 0.063);
    }

    private void endedInTheLastStretch() {
        stores.jdbc().sql("""
                        update job set finished_at =
                            date_bin('10 seconds', now() - interval '2 seconds', timestamptz 'epoch') - interval '3 seconds'
                         where finished_at is not null
                        """).update();
    }

    private static boolean take(Stores stores) {
        return Boolean.TRUE.equals(stores.transactions().execute(status -> new Samples(stores.jdbc()).take()));
    }
}
