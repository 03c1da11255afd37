package io.mivaa.batch.results.store;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.RagDocument.PlacedTable;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.results.store.OlderBlocks.ChunkPages;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads back from a stored result what a parser made of the bytes: text, blocks, metadata and warnings. Thread-safe.
 *
 * <p>Results of earlier versions have no blocks; theirs are approximated by {@link OlderBlocks}.
 */
@Repository
class KnownText {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    KnownText(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A row of table result. Metadata and the columns after it are JSON. */
    private record Stored(
            UUID id,
            String text,
            @Nullable Integer pages,
            String metadata,
            String headings,
            String tables,
            String figures,
            String quality,
            @Nullable String blocks) {}

    /** Empty unless the claim's batch embeds known documents again and a result of the same bytes exists. */
    Optional<ParsedDocument> of(Claim claim) {
        return jdbc.sql("""
                        select id, text, pages, metadata, headings, tables, figures, quality, blocks
                          from result r
                         where r.workspace = :workspace and r.sha256 = :sha256
                           and exists (select from batch b where b.id = :batch and b.switches)
                         order by r.blocks is null, r.created_at desc, r.id desc limit 1
                        """)
                .param("workspace", claim.workspace().name())
                .param("sha256", claim.sha256())
                .param("batch", claim.batch().value())
                .query(Stored.class)
                .optional()
                .map(this::parsed);
    }

    private ParsedDocument parsed(Stored stored) {
        List<PlacedTable> tables = json.readValue(stored.tables, new TypeReference<>() {});
        return new ParsedDocument(
                stored.text,
                stored.blocks == null ? olderBlocks(stored, tables) : blocks(stored.blocks, tables),
                json.readValue(stored.metadata, Metadata.class),
                stored.pages,
                parserWarnings(json.readValue(stored.quality, RagDocument.Quality.class)));
    }

    private List<Block> blocks(String stored, List<PlacedTable> tables) {
        Map<Integer, PlacedTable> byStart =
                tables.stream().collect(Collectors.toMap(PlacedTable::start, Function.identity()));
        List<StoredBlock> blocks = json.readValue(stored, new TypeReference<>() {});
        return blocks.stream()
                .map(block -> block.toBlock(byStart.get(block.start())))
                .toList();
    }

    private List<Block> olderBlocks(Stored stored, List<PlacedTable> tables) {
        List<RagDocument.Figure> figures = json.readValue(stored.figures, new TypeReference<>() {});
        List<RagDocument.Heading> headings = json.readValue(stored.headings, new TypeReference<>() {});
        return new OlderBlocks(stored.text, figures, chunkPages(stored.id)).around(headings, tables);
    }

    private List<ChunkPages> chunkPages(UUID result) {
        return jdbc.sql("""
                        select start_at, end_at, page_first, page_last from chunk
                         where result_id = :result and page_first is not null order by start_at, end_at
                        """)
                .param("result", result)
                .query((row, n) ->
                        new ChunkPages(row.getInt(1), row.getInt(2), new PageRange(row.getInt(3), row.getInt(4))))
                .list();
    }

    /** Without the warning of the transformer, which will add it again if it applies. */
    private static List<Warning> parserWarnings(RagDocument.Quality quality) {
        return quality.warnings().stream()
                .filter(warning -> !warning.code().equals("incomplete-coverage"))
                .toList();
    }
}
