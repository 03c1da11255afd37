package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RedisAccess;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What must hold of the tables and of Redis when everything has come to its end, whatever happened before. */
final class Verdict {

    private final JdbcClient truth;
    private final RedisAccess redis;

    Verdict(JdbcClient truth, RedisAccess redis) {
        this.truth = truth;
        this.redis = redis;
    }

    void check() {
        nothingIsLost();
        nothingIsDoneTwice();
        onlyTheHolderOfTheFenceCommitted();
        attemptsAndCrashesAreCountedApart();
        countsAreTheJobs();
        nothingRunsForACancelledBatch();
        nothingIsLeftInRedis();
    }

    /** Each document with its final state and how it came to it. */
    List<String> outcome() {
        return truth.sql("""
                        select concat_ws(' ', external_id, state,
                                         case when state <> 'CANCELLED' then 'attempt ' || attempt end, error_class)
                          from job order by external_id
                        """).query(String.class).list();
    }

    boolean hintsAreLeft() {
        return Objects.requireNonNull(redis.template().keys("*")).stream().anyMatch(Verdict::holdsHints);
    }

    private static boolean holdsHints(String key) {
        return !key.endsWith(":turn") && !key.endsWith(":pass");
    }

    long crashes() {
        return number("select coalesce(sum(crashes), 0) from job");
    }

    /** The batch was answered with 202 once, however often its client asked. */
    private void nothingIsLost() {
        assertThat(number("select count(*) from batch")).as("batches").isOne();
        none("jobs that are not final", """
                select id, state from job where state not in ('SUCCEEDED', 'DEAD', 'CANCELLED')
                """);
        none("batches that are not finished", "select id, state from batch where finished_at is null");
        none("documents whose bytes are not there", """
                select id from job j
                 where bytes > 0 and not exists (select from document_content c where c.job_id = j.id)
                """);
    }

    private void nothingIsDoneTwice() {
        none("results that serve no job", """
                select id from result r where not exists (select from job j where j.result_id = r.id)
                """);
        none("results without all their chunks", """
                select id from result r where chunks <> (select count(*) from chunk c where c.result_id = r.id)
                """);
        none("jobs of one document and one content with different results", """
                select external_id, sha256 from job where state = 'SUCCEEDED'
                 group by 1, 2 having count(distinct result_id) > 1
                """);
        none("documents that do not show their job's result", """
                select d.id from document d join job j on j.id = d.job_id
                 where j.state <> 'SUCCEEDED' or j.result_id <> d.result_id
                """);
        none("succeeded jobs without their document", """
                select j.id from job j
                 where j.state = 'SUCCEEDED' and not exists (select from document d where d.job_id = j.id)
                """);
    }

    private void onlyTheHolderOfTheFenceCommitted() {
        none("jobs that succeeded other than once, with the newest fence", """
                select j.id, j.state, j.fence, array_agg(a.fence) from job j
                  left join ended_attempt a on a.job_id = j.id and a.outcome = 'SUCCEEDED'
                 group by j.id
                having case when j.state = 'SUCCEEDED' then array_agg(a.fence) <> array[j.fence]
                            else count(a.fence) > 0 end
                """);
        none("fences that did not grow by one", """
                select j.id, j.fence, count(a.fence) from job j left join ended_attempt a on a.job_id = j.id
                 group by j.id
                having count(a.fence) <> j.fence or coalesce(max(a.fence), 0) <> j.fence
                """);
    }

    private void attemptsAndCrashesAreCountedApart() {
        none("jobs whose crashes are not the attempts that were lost since they were last dead", """
                select j.id, j.crashes from job j
                 where crashes <> (select count(*) from ended_attempt a
                                    where a.job_id = j.id and a.outcome = 'LOST'
                                      and not exists (select from ended_attempt d
                                                       where d.job_id = j.id and d.outcome = 'DEAD'
                                                         and d.fence > a.fence))
                """);
        none("jobs that count an attempt that was no failure and no success", """
                select j.id, j.attempt from job j
                 where j.error_code is distinct from 'cancelled'
                   and j.attempt > (select count(*) from ended_attempt a
                                     where a.job_id = j.id and a.outcome in ('SUCCEEDED', 'RETRYING', 'DEAD'))
                """);
    }

    private void countsAreTheJobs() {
        none("batches whose counts are not their jobs", """
                select b.id from batch b
                 where concat_ws(' ', total, scheduled, queued, running, retrying, succeeded, dead, cancelled) <>
                       (select concat_ws(' ', count(*), count(*) filter (where state = 'SCHEDULED'),
                                count(*) filter (where state = 'QUEUED'), count(*) filter (where state = 'RUNNING'),
                                count(*) filter (where state = 'RETRYING'), count(*) filter (where state = 'SUCCEEDED'),
                                count(*) filter (where state = 'DEAD'), count(*) filter (where state = 'CANCELLED'))
                          from job j where j.batch_id = b.id)
                """);
    }

    private void nothingRunsForACancelledBatch() {
        none("attempts that started after their batch was cancelled", """
                select a.job_id, a.fence from ended_attempt a
                  join job j on j.id = a.job_id join batch b on b.id = j.batch_id
                 where a.started_at > b.cancelled_at
                """);
    }

    private void nothingIsLeftInRedis() {
        assertThat(Objects.requireNonNull(redis.template().keys("*")))
                .as("keys in Redis")
                .noneMatch(Verdict::holdsHints);
    }

    private void none(String what, String sql) {
        assertThat(truth.sql(sql).query().listOfRows()).as(what).isEmpty();
    }

    private long number(String sql) {
        return truth.sql(sql).query(Long.class).single();
    }
}
