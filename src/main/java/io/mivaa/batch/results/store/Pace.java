package io.mivaa.batch.results.store;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How fast documents were processed recently, to estimate how long others will take. Thread-safe. */
@Repository
public class Pace {

    /** How many of the last jobs are read, whatever their model. */
    private static final int LAST = 5000;

    private final JdbcClient jdbc;

    Pace(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The last jobs with a model, without those that reused a result.
     *
     * @param chunks of their results, at least one
     * @param millis that their successful attempts took, each on one thread
     */
    public record Observed(long jobs, long chunks, long millis) {}

    /** @return empty when no job with this model has succeeded recently */
    public Optional<Observed> observed(String provider, String model) {
        Observed observed = jdbc.sql("""
                        select count(*) as jobs, coalesce(sum(last.chunks), 0) as chunks,
                               coalesce(sum(coalesce((last.timings->>'parsing')::bigint, 0)
                                          + coalesce((last.timings->>'chunking')::bigint, 0)
                                          + coalesce((last.timings->>'embedding')::bigint, 0)
                                          + coalesce((last.timings->>'storing')::bigint, 0)), 0) as millis
                          from (select state, reused, result_id, chunks, timings from job
                                 where finished_at is not null order by finished_at desc limit :last) last
                          join result r on r.id = last.result_id
                         where last.state = 'SUCCEEDED' and not last.reused and r.provider = :provider and r.model = :model
                        """)
                .param("last", LAST)
                .param("provider", provider)
                .param("model", model)
                .query((row, n) -> new Observed(row.getLong("jobs"), row.getLong("chunks"), row.getLong("millis")))
                .single();
        return observed.chunks() == 0 ? Optional.empty() : Optional.of(observed);
    }
}
