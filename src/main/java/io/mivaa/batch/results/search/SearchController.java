package io.mivaa.batch.results.search;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.results.reading.StoredResults.StoredChunk;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Searches the documents of the workspace. */
@RestController
@RequestMapping("/api/v1/search")
class SearchController {

    private static final int MAX_QUERY = 2000;
    private static final int MAX_TOP_K = 100;
    private static final int DEFAULT_TOP_K = 10;

    private final Search search;

    SearchController(Search search) {
        this.search = search;
    }

    /** @param model {@code provider/name}; required only if the workspace has vectors of several models */
    record Request(
            @Nullable String query,
            @Nullable Integer topK,
            Query.@Nullable Mode mode,
            @Nullable String model,
            @Nullable RequestedFilter filter) {}

    record RequestedFilter(
            @Nullable UUID batchId,
            @Nullable UUID documentId,
            @Nullable List<@Nullable String> tags,
            @Nullable PageRange pages) {}

    record Hits(List<Item> items, Query.Mode mode, @Nullable String model) {}

    record Item(
            double score,
            UUID documentId,
            UUID jobId,
            String filename,
            Chunk chunk,
            List<Highlights.Span> highlights) {}

    record Chunk(
            UUID id,
            int index,
            String text,
            int start,
            int end,
            @Nullable PageRange pages,
            List<String> headings,
            String kind,
            int tokens,
            String sha256) {}

    @PostMapping
    Hits search(Workspace workspace, @RequestBody Request request) {
        Query query = query(workspace, request);
        Search.Outcome found = search.search(query);
        return new Hits(found.items().stream().map(SearchController::item).toList(), query.mode(), found.model());
    }

    private static Query query(Workspace workspace, Request request) {
        String text = request.query() == null ? "" : request.query().strip();
        if (text.isEmpty() || text.length() > MAX_QUERY) {
            throw Problem.invalid(
                    "/query", "invalid-value", "The query must have between 1 and " + MAX_QUERY + " characters.");
        }
        StorableText.check(text, "/query");
        int topK = request.topK() == null ? DEFAULT_TOP_K : request.topK();
        if (topK < 1 || topK > MAX_TOP_K) {
            throw Problem.invalid("/topK", "invalid-value", "topK must be between 1 and " + MAX_TOP_K + ".");
        }
        Query.Mode mode = request.mode() == null ? Query.Mode.HYBRID : request.mode();
        return new Query(workspace, text, topK, mode, request.model(), filter(request.filter()));
    }

    private static Query.Filter filter(@Nullable RequestedFilter filter) {
        return filter == null
                ? Query.Filter.NONE
                : new Query.Filter(filter.batchId(), filter.documentId(), tags(filter.tags()), filter.pages());
    }

    private static List<String> tags(@Nullable List<@Nullable String> tags) {
        if (tags == null) {
            return List.of();
        }
        return tags.stream()
                .map(tag -> {
                    if (tag == null) {
                        throw Problem.invalid("/filter/tags", "invalid-value", "A tag must not be null.");
                    }
                    StorableText.check(tag, "/filter/tags");
                    return tag;
                })
                .toList();
    }

    private static Item item(SnapshotSearch.Item item) {
        StoredChunk chunk = item.found().chunk();
        return new Item(
                item.score(),
                item.found().documentId(),
                item.found().jobId(),
                item.found().filename(),
                new Chunk(
                        chunk.id(),
                        chunk.index(),
                        chunk.text(),
                        chunk.start(),
                        chunk.end(),
                        chunk.pages(),
                        chunk.headings(),
                        chunk.kind(),
                        chunk.tokens(),
                        chunk.sha256()),
                item.highlights());
    }
}
