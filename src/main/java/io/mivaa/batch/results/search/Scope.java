package io.mivaa.batch.results.search;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.vectors.VectorModel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * The part of a workspace that a search covers, as SQL: {@code from document d … where …}, with the result as {@code r}
 * and, if requested, its chunks as {@code c}. Joins only the tables that the filter needs.
 */
public record Scope(String joins, String conditions, Map<String, Object> values) {

    public static Scope ofDocuments(Workspace workspace, Query.Filter filter) {
        return of(workspace, filter, null, false);
    }

    /** @param model null for the chunks of all models */
    static Scope ofChunks(Workspace workspace, Query.Filter filter, @Nullable VectorModel model) {
        return of(workspace, filter, model, true);
    }

    private static Scope of(Workspace workspace, Query.Filter filter, @Nullable VectorModel model, boolean chunks) {
        var joins = new StringBuilder("from document d join result r on r.id = d.result_id ");
        var conditions = new StringBuilder("where d.workspace = :workspace ");
        var values = new HashMap<String, Object>();
        values.put("workspace", workspace.name());
        if (filter.batchId() != null || !filter.tags().isEmpty()) {
            joins.append("join job j on j.id = d.job_id join batch b on b.id = j.batch_id ");
        }
        if (filter.batchId() != null) {
            conditions.append("and b.id = :batch ");
            values.put("batch", filter.batchId());
        }
        if (!filter.tags().isEmpty()) {
            conditions.append("and b.tags @> :tags::text[] ");
            values.put("tags", filter.tags().toArray(String[]::new));
        }
        if (filter.documentId() != null) {
            conditions.append("and d.id = :document ");
            values.put("document", filter.documentId());
        }
        if (chunks) {
            joins.append("join chunk c on c.result_id = r.id ");
            addPages(filter, conditions, values);
        }
        if (model != null) {
            conditions.append("and (r.provider, r.model, r.dimensions) = (:provider, :model, :dimensions) ");
            values.put("provider", model.provider());
            values.put("model", model.model());
            values.put("dimensions", model.dimensions());
        }
        return new Scope(joins.toString(), conditions.toString(), values);
    }

    private static void addPages(Query.Filter filter, StringBuilder conditions, Map<String, Object> values) {
        if (filter.pages() != null) {
            conditions.append("and c.page_first <= :lastPage and c.page_last >= :firstPage ");
            values.put("firstPage", filter.pages().first());
            values.put("lastPage", filter.pages().last());
        }
    }

    public String sql() {
        return sql("");
    }

    String sql(String furtherJoin) {
        return joins + furtherJoin + " " + conditions;
    }

    MapSqlParameterSource parameters() {
        return new MapSqlParameterSource(values);
    }
}
