package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.Stores;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobsTests {

    private static final int MANY = 3_000;

    private final Stores stores = new Stores();

    @Test
    void looksAtFewJobsToTellTheNextOfMany() {
        Acceptance.Accepted low = stores.accept(Stores.WORKSPACE, Priority.LOW, MANY);
        Acceptance.Accepted high = stores.accept(Stores.WORKSPACE, Priority.HIGH, 3);
        stores.jdbc().sql("analyze job, batch").update();

        List<Job> next = stores.transactions().execute(status -> {
            long before = rowsRead();
            List<Job> found = stores.jobs().next(Stores.WORKSPACE, List.of(), 20);
            assertThat(rowsRead() - before).as("rows of jobs read").isBetween(20L, 100L);
            return found;
        });

        assertThat(next)
                .extracting(Job::id)
                .containsExactlyElementsOf(java.util.stream.Stream.concat(
                                high.queued().stream(), low.queued().stream().limit(17))
                        .toList());
    }

    /** By this connection, some of its former transactions included. */
    private long rowsRead() {
        return stores.jdbc().sql("""
                        select seq_tup_read + coalesce(idx_tup_fetch, 0)
                          from pg_stat_xact_user_tables where relname = 'job'
                        """).query(Long.class).single();
    }
}
