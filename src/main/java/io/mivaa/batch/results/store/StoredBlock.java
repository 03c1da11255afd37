package io.mivaa.batch.results.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument.PlacedTable;
import io.mivaa.batch.pipeline.document.Table;
import org.jspecify.annotations.Nullable;

/**
 * A block in column blocks of table result. The names are short, because a result has one such object for each block.
 * Cells are stored once, in column tables; a table is found there by its start.
 *
 * @param first page, null when the source has no pages
 * @param last page, null when it is the first
 * @param level of a heading, null for all other blocks
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StoredBlock(
        @JsonProperty("k") Block.Kind kind,
        @JsonProperty("s") int start,
        @JsonProperty("e") int end,
        @JsonProperty("p") @Nullable Integer first,
        @JsonProperty("q") @Nullable Integer last,
        @JsonProperty("l") @Nullable Integer level) {

    static StoredBlock of(Block block) {
        PageRange pages = block.pages();
        return new StoredBlock(
                block.kind(),
                block.start(),
                block.end(),
                pages == null ? null : pages.first(),
                pages == null || pages.last() == pages.first() ? null : pages.last(),
                block.level() == 0 ? null : block.level());
    }

    /** @param placed the table that starts where this block does, if there is one */
    Block toBlock(@Nullable PlacedTable placed) {
        PageRange pages = first == null ? null : new PageRange(first, last == null ? first : last);
        Table table = placed == null ? null : new Table(placed.headers(), placed.rows(), placed.caption());
        return new Block(kind, start, end, pages, level == null ? 0 : level, table);
    }
}
