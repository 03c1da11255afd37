package io.mivaa.batch.pipeline.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RagTransformerTests {

    private static final EmbeddingModel MODEL = new EmbeddingModel("test", "two", 2, 100);

    private final RagTransformer transformer = new RagTransformer();

    @Test
    void refusesADocumentWithoutText() {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> transformer.transform(
                        source("a.txt"),
                        document(" ", List.of(), Metadata.NONE, List.of()),
                        List.of(),
                        List.of(),
                        MODEL))
                .matches(rejected -> rejected.code().equals("no-text"));
    }

    @Test
    void passesOnWhatItIsGiven() {
        ParsedDocument document = document("Hello.", List.of(), titled("T", " de "), List.of());
        Chunk chunk = chunk(document, 0, 6);
        float[] vector = {1, 0};

        RagDocument rag = transformer.transform(source("a.txt"), document, List.of(chunk), List.of(vector), MODEL);

        assertThat(rag.text()).isEqualTo("Hello.");
        assertThat(rag.chunks()).containsExactly(chunk);
        assertThat(rag.vectors()).containsExactly(vector);
        assertThat(rag.model()).isEqualTo(MODEL);
        assertThat(rag.language()).isEqualTo("de");
        assertThat(rag.pages()).isEqualTo(7);
        assertThat(rag.metadata()).isEqualTo(document.metadata());
    }

    @Test
    void doesNotGuessTheLanguage() {
        assertThat(transformed("Guten Tag.", List.of(), titled(null, null), List.of())
                        .language())
                .isNull();
        assertThat(transformed("Guten Tag.", List.of(), titled(null, " "), List.of())
                        .language())
                .isNull();
    }

    @Test
    void takesTheDeclaredTitleFirst() {
        List<Block> heading = List.of(Block.heading(1, 0, 9, null));

        assertThat(transformed("# Heading", heading, titled(" Declared ", null), List.of())
                        .title())
                .isEqualTo("Declared");
        assertThat(transformed("# Heading", heading, titled(" ", null), List.of())
                        .title())
                .isEqualTo("Heading");
    }

    @Test
    void takesTheFirstHeadingThatSaysSomething() {
        List<Block> headings = List.of(Block.heading(1, 0, 1, null), Block.heading(2, 2, 8, null));

        assertThat(transformed("#\n## Two", headings, Metadata.NONE, List.of()).title())
                .isEqualTo("Two");
    }

    @ParameterizedTest
    @CsvSource({
        "annual-report_2024.pdf, Annual report 2024",
        "minutes 2024-05-01.docx, Minutes 2024-05-01",
        "a__b--c.tar.gz, A b c.tar",
        "README, README",
        ".env, .env",
        "___.txt, ___.txt",
        "überblick.md, Überblick",
    })
    void makesTheFileNameReadableOtherwise(String filename, String title) {
        ParsedDocument document = document("Text.", List.of(), Metadata.NONE, List.of());

        assertThat(transformer
                        .transform(
                                source(filename),
                                document,
                                List.of(chunk(document, 0, 5)),
                                List.of(new float[2]),
                                MODEL)
                        .title())
                .isEqualTo(title);
    }

    @Test
    void placesHeadingsTablesAndFigures() {
        String text = "# **One**\n\n| a |\n|---|\n| 1 |\n\n![Alt](x.png)\n\n![Alt](x.png) Fig. 1\n\n![](y.png)";
        Table table = new Table(List.of("a"), List.of(List.of("1")), "Numbers");
        PageRange page = new PageRange(2, 3);
        List<Block> blocks = List.of(
                Block.heading(1, 0, 9, page),
                Block.table(table, 11, 28, page),
                Block.of(Block.Kind.FIGURE, 30, 43, page),
                Block.of(Block.Kind.FIGURE, 45, 65, null),
                Block.of(Block.Kind.FIGURE, 67, 77, null));

        RagDocument rag = transformed(text, blocks, Metadata.NONE, List.of());

        assertThat(rag.headings()).containsExactly(new RagDocument.Heading(1, "One", 0, 2));
        assertThat(rag.tables())
                .containsExactly(
                        new RagDocument.PlacedTable(List.of("a"), List.of(List.of("1")), "Numbers", 2, 11, 28));
        assertThat(rag.figures())
                .containsExactly(
                        new RagDocument.Figure("Alt", 2),
                        new RagDocument.Figure("Fig. 1", null),
                        new RagDocument.Figure(null, null));
    }

    @Test
    void measuresHowMuchOfTheTextLiesInChunks() {
        ParsedDocument document = document("abc  def", List.of(), Metadata.NONE, List.of(new Warning("w", "Well.")));

        RagDocument whole = transformer.transform(
                source("a.txt"),
                document,
                List.of(chunk(document, 0, 3), chunk(document, 2, 8)),
                List.of(new float[2], new float[2]),
                MODEL);
        RagDocument half = transformer.transform(
                source("a.txt"), document, List.of(chunk(document, 0, 4)), List.of(new float[2]), MODEL);

        assertThat(whole.quality().coverage()).isEqualTo(1);
        assertThat(whole.quality().warnings()).extracting(Warning::code).containsExactly("w");
        assertThat(half.quality().coverage()).isEqualTo(0.5);
        assertThat(half.quality().warnings()).extracting(Warning::code).containsExactly("w", "incomplete-coverage");
    }

    @Test
    void suspectsPagesThatGaveNoText() {
        List<Warning> warnings = List.of(
                new Warning("unreadable-page", "Damaged.", 9),
                new Warning("page-without-text", "Empty.", 4),
                new Warning("page-without-text", "Empty.", 4),
                new Warning("page-without-text", "Empty."),
                new Warning("ragged-table", "Uneven.", 5));

        assertThat(transformed("Text.", List.of(), Metadata.NONE, warnings)
                        .quality()
                        .suspectPages())
                .containsExactly(4, 9);
    }

    private RagDocument transformed(String text, List<Block> blocks, Metadata metadata, List<Warning> warnings) {
        ParsedDocument document = document(text, blocks, metadata, warnings);
        return transformer.transform(
                source("a.txt"), document, List.of(chunk(document, 0, text.length())), List.of(new float[2]), MODEL);
    }

    private static ParsedDocument document(String text, List<Block> blocks, Metadata metadata, List<Warning> warnings) {
        return new ParsedDocument(text, blocks, metadata, 7, warnings);
    }

    private static Chunk chunk(ParsedDocument document, int start, int end) {
        String text = document.text().substring(start, end);
        return new Chunk(0, text, start, end, null, List.of(), Block.Kind.PARAGRAPH, "", 1, "0".repeat(64));
    }

    private static Metadata titled(@Nullable String title, @Nullable String language) {
        return new Metadata(title, null, language, null, null, Map.of());
    }

    private static Source source(String filename) {
        return new Source(filename, "text/plain", Path.of("unused"), 0, "0".repeat(64));
    }
}
