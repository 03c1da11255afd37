package io.mivaa.batch.pipeline.parse.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.ContentFormats;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents of Word 97 to 2003. */
class DocTests extends ParserContract {

    @Override
    public Parser parser() {
        MailParser mails = new MailParser(ZipSketch.SETTINGS, () -> List.of(new TextParser()), ContentFormats::new);
        return new LegacyOfficeParser(ZipSketch.SETTINGS, mails);
    }

    @Override
    public byte[] sample() {
        return kilns();
    }

    static byte[] kilns() {
        try (var in = DocTests.class.getResourceAsStream("/documents/kilns.doc")) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void writesHeadingsListsTablesLinksAndNotes() {
        assertThat(parse(kilns()).text()).isEqualTo("""
                # Kilns of the workshop

                A kiln is an oven in which clay becomes stone. Two of them stand in the yard, käuflich since 2019.

                ## Before the firing

                - Dry the pots for a week
                  - away from the sun
                - Sweep the shelves

                Then, in this order:

                1. Close the damper
                2. Light the burner
                  - a) from the left

                ## Temperatures

                | Kiln | Cone | Degrees |
                | --- | --- | --- |
                | North | 06 | 999 |
                | North | 9 | 1280 |
                | South | out of order |  |

                Ask the [guild](https://example.org/guild)[1] about glazes.

                [1] It meets on Mondays.""");
    }

    @Test
    void knowsTheLevelsOfItsHeadingsAndTheHeadOfItsTable() {
        ParsedDocument document = parse(kilns());

        assertThat(document.blocks().stream()
                        .filter(block -> block.kind() == Block.Kind.HEADING)
                        .map(Block::level))
                .containsExactly(1, 2, 2);
        assertThat(document.blocks().stream()
                        .filter(block -> block.kind() == Block.Kind.LIST)
                        .count())
                .isEqualTo(2);
        assertThat(tables(document))
                .containsExactly(new Table(
                        List.of("Kiln", "Cone", "Degrees"),
                        List.of(
                                List.of("North", "06", "999"),
                                List.of("North", "9", "1280"),
                                List.of("South", "out of order", "")),
                        null));
    }

    @Test
    void tellsWhoWroteItAndNoDateWhereThereIsNone() {
        Metadata metadata = parse(kilns()).metadata();

        assertThat(metadata.title()).isEqualTo("Kilns of the workshop");
        assertThat(metadata.author()).isEqualTo("A. Potter");
        assertThat(metadata.createdAt()).isNull();
    }
}
