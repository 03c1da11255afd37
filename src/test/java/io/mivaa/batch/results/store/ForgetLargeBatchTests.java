package io.mivaa.batch.results.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** No statement may take longer than the socket timeout of two minutes, whatever the size of a batch. */
class ForgetLargeBatchTests {

    private static final int JOBS = 20_000;

    private final Stores stores = new Stores();
    private final JdbcClient jdbc = stores.jdbc();

    @Test
    void forgetsALargeBatchBesideAnotherInSeconds() {
        BatchId gone = batch("gone");
        BatchId stays = batch("stays");

        long start = System.nanoTime();
        assertThat(stores.results().forgetBatch(new Workspace("acme"), gone)).isTrue();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("Forgot a batch of %d jobs with results in %d ms%n", JOBS, taken.toMillis());

        assertThat(taken).isLessThan(Duration.ofSeconds(60));
        for (String table : new String[] {"job", "document_content", "job_attempt", "result", "chunk", "document"}) {
            assertThat(jdbc.sql("select count(*) from " + table)
                            .query(Integer.class)
                            .single())
                    .as(table)
                    .isEqualTo(JOBS);
        }
        assertThat(stores.batch(stays).counts().succeeded()).isEqualTo(JOBS);
    }

    /** Every job has a document, a result and a chunk of its own. */
    private BatchId batch(String name) {
        UUID batch = UUID.randomUUID();
        jdbc.sql("""
                        insert into batch (id, workspace, name, priority, options, finished_at)
                        values (:id, 'acme', :name, 'NORMAL',
                                (select to_jsonb(o) from (select 3 as "maxAttempts") o), now())
                        """).param("id", batch).param("name", name).update();
        jdbc.sql("""
                        create temporary table made as
                        select gen_random_uuid() as job, gen_random_uuid() as result, i
                          from generate_series(1, :jobs) i
                        """.replace(":jobs", Integer.toString(JOBS))).update();
        jdbc.sql("""
                        insert into result (id, workspace, sha256, fingerprint, provider, model, dimensions, title,
                                            text, metadata, headings, tables, figures, quality, chunks)
                        select result, 'acme', md5(:name || i), '', 'p', 'm', 1, 't', 'x', '{}', '[]', '[]', '[]',
                               '{}', 1 from made
                        """).param("name", name).update();
        jdbc.sql("""
                        insert into chunk (id, result_id, workspace, index, text, start_at, end_at, headings, kind,
                                           context, tokens, sha256, embedding)
                        select gen_random_uuid(), result, 'acme', 0, 'some words about oak number ' || i, 0, 1, '{}',
                               'PARAGRAPH', '', 6, '', decode(repeat('00', 1536), 'hex') from made
                        """).update();
        jdbc.sql("""
                        insert into job (id, batch_id, workspace, filename, media_type, bytes, sha256, metadata, state,
                                         max_attempts, attempt, fence, finished_at, result_id,
                                         succeeded_by, succeeded_fence)
                        select job, :batch, 'acme', 'a.txt', 'text/plain', 1, md5(:name || i), '{}', 'SUCCEEDED', 3, 1, 2,
                               now(), result, gen_random_uuid(), 2 from made
                        """).param("batch", batch).param("name", name).update();
        jdbc.sql("update batch set succeeded = total where id = :batch")
                .param("batch", batch)
                .update();
        jdbc.sql("insert into document_content select job, 0, 'oak' from made").update();
        jdbc.sql("""
                        insert into job_attempt (job_id, fence, attempt, instance, ended_at, outcome)
                        select job, 1, 1, gen_random_uuid(), now(), 'LOST' from made
                        """).update();
        jdbc.sql("""
                        insert into document (id, workspace, key, job_id, job_seq, result_id)
                        select gen_random_uuid(), 'acme', 'sha256:' || md5(:name || i), job, j.seq, result
                          from made join job j on j.id = made.job
                        """).param("name", name).update();
        jdbc.sql("drop table made").update();
        return new BatchId(batch);
    }
}
