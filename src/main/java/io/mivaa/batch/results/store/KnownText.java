package io.mivaa.batch.results.store;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads back from a result what a parser had once made of the bytes: the text as it is, headings and tables where they
 * are, and what lies between as its Markdown says. Pages are those of the chunks that a block lies in. Thread-safe.
 */
@Repository
class KnownText {

    private static final Pattern ITEM = Pattern.compile("\\s*(?:[-*+]|\\d{1,9}[.)]) .*", Pattern.DOTALL);
    private static final Pattern FENCE = Pattern.compile("`{3,}");

    private final JdbcClient jdbc;
    private final JsonMapper json;

    KnownText(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    private record Stored(
            UUID id,
            String text,
            @Nullable Integer pages,
            String metadata,
            String headings,
            String tables,
            String figures,
            String quality) {}

    /** Where a chunk lies, and on which pages. */
    record Place(int start, int end, PageRange pages) {}

    /** Empty unless the claim's batch embeds known documents anew and a result of the same bytes is there. */
    Optional<ParsedDocument> of(Claim claim) {
        return jdbc.sql("""
                        select r.id, r.text, r.pages, r.metadata, r.headings, r.tables, r.figures, r.quality
                          from result r
                         where r.workspace = :workspace and r.sha256 = :sha256
                           and exists (select from batch b where b.id = :batch and b.switches)
                         order by r.created_at desc, r.id desc limit 1
                        """)
                .param("workspace", claim.workspace().name())
                .param("sha256", claim.sha256())
                .param("batch", claim.batch().value())
                .query((row, n) -> new Stored(
                        row.getObject("id", UUID.class),
                        row.getString("text"),
                        row.getObject("pages", Integer.class),
                        row.getString("metadata"),
                        row.getString("headings"),
                        row.getString("tables"),
                        row.getString("figures"),
                        row.getString("quality")))
                .optional()
                .map(this::parsed);
    }

    private ParsedDocument parsed(Stored stored) {
        List<RagDocument.Heading> headings = json.readValue(stored.headings, new TypeReference<>() {});
        List<RagDocument.PlacedTable> tables = json.readValue(stored.tables, new TypeReference<>() {});
        List<RagDocument.Figure> figures = json.readValue(stored.figures, new TypeReference<>() {});
        List<Warning> warnings = new ArrayList<>(
                json.readValue(stored.quality, RagDocument.Quality.class).warnings());
        warnings.removeIf(warning -> warning.code().equals("incomplete-coverage"));
        List<Place> places = stored.pages == null ? List.of() : places(stored.id);
        return new ParsedDocument(
                stored.text,
                blocks(stored.text, headings, tables, figures, places),
                json.readValue(stored.metadata, Metadata.class),
                stored.pages,
                warnings);
    }

    private List<Place> places(UUID result) {
        return jdbc.sql("""
                        select start_at, end_at, page_first, page_last from chunk
                         where result_id = :result and page_first is not null order by start_at, end_at
                        """)
                .param("result", result)
                .query((row, n) -> new Place(row.getInt(1), row.getInt(2), new PageRange(row.getInt(3), row.getInt(4))))
                .list();
    }

    static List<Block> blocks(
            String text,
            List<RagDocument.Heading> headings,
            List<RagDocument.PlacedTable> tables,
            List<RagDocument.Figure> figures,
            List<Place> places) {
        TreeMap<Integer, Block> placed = new TreeMap<>();
        for (RagDocument.Heading heading : headings) {
            int end = text.indexOf('\n', heading.start());
            placed.put(
                    heading.start(),
                    Block.heading(
                            heading.level(), heading.start(), end < 0 ? text.length() : end, page(heading.page())));
        }
        for (RagDocument.PlacedTable table : tables) {
            Table cells = new Table(table.headers(), table.rows(), table.caption());
            placed.put(table.start(), Block.table(cells, table.start(), table.end(), page(table.page())));
        }
        Between between = new Between(text, figures, places);
        for (Block block : placed.values()) {
            between.fill(block.start());
            between.add(block);
        }
        between.fill(text.length());
        return between.blocks;
    }

    private static @Nullable PageRange page(@Nullable Integer page) {
        return page == null ? null : new PageRange(page, page);
    }

    /** Finds the blocks between those whose places are known, from the front to the end. */
    private static final class Between {

        private final String text;
        private final List<RagDocument.Figure> figures;
        private final List<Place> places;
        private final List<Block> blocks = new ArrayList<>();
        private int at;
        private int figure;
        private int place;

        Between(String text, List<RagDocument.Figure> figures, List<Place> places) {
            this.text = text;
            this.figures = figures;
            this.places = places;
        }

        void add(Block block) {
            blocks.add(block);
            at = block.end();
        }

        void fill(int to) {
            while (at < to) {
                int end = line(at, to);
                if (text.substring(at, end).isBlank()) {
                    at = end + 1;
                    continue;
                }
                String first = text.substring(at, end).strip();
                var fence = FENCE.matcher(first);
                boolean code = fence.lookingAt();
                String closing = code ? fence.group() : "";
                boolean inside = true;
                while (inside && end < to) {
                    int next = line(end + 1, to);
                    String line = text.substring(Math.min(end + 1, to), next);
                    inside = code ? !line.strip().equals(closing) : !line.isBlank();
                    end = inside || code ? next : end;
                }
                add(Block.of(kind(at, end, code), at, end, pages(at, end)));
            }
        }

        private int line(int from, int to) {
            int end = text.indexOf('\n', Math.min(from, to));
            return end < 0 || end > to ? to : end;
        }

        private Block.Kind kind(int start, int end, boolean code) {
            String block = text.substring(start, end);
            if (code) {
                return Block.Kind.CODE;
            }
            if (ITEM.matcher(block).matches()) {
                return Block.Kind.LIST;
            }
            if (figure < figures.size()
                    && block.strip().equals(figures.get(figure).caption())) {
                figure++;
                return Block.Kind.FIGURE;
            }
            return Block.Kind.PARAGRAPH;
        }

        private @Nullable PageRange pages(int start, int end) {
            while (place < places.size() && places.get(place).end() <= start) {
                place++;
            }
            PageRange pages = null;
            for (int i = place; i < places.size() && places.get(i).start() < end; i++) {
                PageRange more = places.get(i).pages();
                pages = pages == null
                        ? more
                        : new PageRange(Math.min(pages.first(), more.first()), Math.max(pages.last(), more.last()));
            }
            return pages;
        }
    }
}
