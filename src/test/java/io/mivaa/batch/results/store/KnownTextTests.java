package io.mivaa.batch.results.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.Sheet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownTextTests extends OnPostgres {

    private static final String TEXT =
            "# Kilns\n\n- one\n- two\n\n| A |\n| --- |\n| 1 |\n\n```\na\n\nb\n```\n\nA drawing\n\nEnd.";

    private static final ParsedDocument PARSED = new ParsedDocument(
            TEXT,
            List.of(
                    Block.heading(1, at("# Kilns"), after("# Kilns"), new PageRange(1, 1)),
                    Block.of(Block.Kind.LIST, at("- one"), after("- two"), new PageRange(1, 2)),
                    Block.table(
                            new Table(List.of("A"), List.of(List.of("1")), "Values"),
                            at("| A"),
                            after("| 1 |"),
                            new PageRange(2, 2)),
                    Block.of(Block.Kind.CODE, at("```"), after("b\n```"), new PageRange(2, 2)),
                    Block.of(Block.Kind.FIGURE, at("A drawing"), after("A drawing"), new PageRange(3, 3)),
                    Block.of(Block.Kind.PARAGRAPH, at("End."), after("End."), null)),
            new Metadata("Kilns", null, "en", Instant.parse("2026-01-02T03:04:05Z"), null, Map.of("k", "v")),
            3,
            List.of(new Warning("ragged-table", "A row is short.", 2)));

    private static int at(String part) {
        return TEXT.indexOf(part);
    }

    private static int after(String part) {
        return at(part) + part.length();
    }

    @Test
    void readsBackExactlyWhatTheParserMade() throws Exception {
        Claim claim = stored();

        assertThat(results.knownText(claim)).contains(PARSED);
    }

    @Test
    void readsResultsThatAnEarlierVersionStoredWithoutBlocks() throws Exception {
        Claim claim = stored();
        jdbc.sql("update result set blocks = null").update();

        ParsedDocument known = results.knownText(claim).orElseThrow();

        assertThat(known).usingRecursiveComparison().ignoringFields("blocks").isEqualTo(PARSED);
        assertThat(known.blocks())
                .contains(PARSED.blocks().get(2))
                .extracting(Block::kind)
                .containsExactly(
                        Block.Kind.HEADING,
                        Block.Kind.PARAGRAPH,
                        Block.Kind.TABLE,
                        Block.Kind.PARAGRAPH,
                        Block.Kind.PARAGRAPH,
                        Block.Kind.FIGURE,
                        Block.Kind.PARAGRAPH);
    }

    @Test
    void prefersAResultWithBlocksToANewerOneWithout() throws Exception {
        stored();
        Claim claim = stored();
        jdbc.sql("update result set blocks = null where id = (select result_id from job where id = :job)")
                .param("job", claim.job().value())
                .update();

        assertThat(results.knownText(claim)).contains(PARSED);
    }

    @Test
    void isThereOnlyForBatchesThatEmbedKnownDocumentsAgain() throws Exception {
        Claim claim = submit("a", "a.txt");
        succeed(claim, document());

        assertThat(results.knownText(claim)).isEmpty();
    }

    private Claim stored() throws Exception {
        Claim claim = submit("a", "a.txt");
        succeed(claim, document());
        jdbc.sql("update batch set switches = true where id = :id")
                .param("id", claim.batch().value())
                .update();
        return claim;
    }

    /** The chunks do not matter here, but for their pages. */
    private static RagDocument document() {
        RagDocument sheet = Sheet.of("one", "two", "three");
        Block table = PARSED.blocks().get(2);
        return new RagDocument(
                "Kilns",
                "en",
                TEXT,
                PARSED.blocks(),
                PARSED.pages(),
                PARSED.metadata(),
                List.of(new RagDocument.Heading(1, "Kilns", 0, 1)),
                List.of(new RagDocument.PlacedTable(
                        List.of("A"), List.of(List.of("1")), "Values", 2, table.start(), table.end())),
                List.of(new RagDocument.Figure("A drawing", 3)),
                sheet.chunks(),
                sheet.vectors(),
                sheet.model(),
                new RagDocument.Quality(
                        0.9,
                        List.of(PARSED.warnings().get(0), new Warning("incomplete-coverage", "Part of it.")),
                        List.of()));
    }
}
