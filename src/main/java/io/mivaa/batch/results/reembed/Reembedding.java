package io.mivaa.batch.results.reembed;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.search.Query;
import io.mivaa.batch.results.search.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds the documents that are to be embedded again with another model. A separate batch makes their new results, and
 * {@link SwitchOver} makes all of these current at once. Thread-safe.
 */
@Component
public class Reembedding {

    private final JdbcClient jdbc;

    Reembedding(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Which documents to embed again. A field that is null or empty does not restrict them.
     *
     * @param batchId the batch that brought their current version
     * @param tags of that batch, all of them
     */
    public record Which(@Nullable UUID batchId, @Nullable UUID documentId, List<String> tags) {

        public Which {
            tags = List.copyOf(tags);
        }
    }

    /** The current jobs of the documents that have no vectors of that model yet, in the order of acceptance. */
    public List<JobId> sources(Workspace workspace, Which which, String provider, String model, int limit) {
        Scope scope =
                Scope.ofDocuments(workspace, new Query.Filter(which.batchId(), which.documentId(), which.tags(), null));
        Map<String, Object> values = new HashMap<>(scope.values());
        values.put("provider", provider);
        values.put("model", model);
        values.put("limit", limit);
        return jdbc.sql("select d.job_id " + scope.sql()
                        + " and (r.provider, r.model) <> (:provider, :model) order by d.job_seq limit :limit")
                .params(values)
                .query((row, n) -> new JobId(row.getObject(1, UUID.class)))
                .list();
    }
}
