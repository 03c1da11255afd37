package io.mivaa.batch.pipeline.parse.mivaa;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class MivaaParserTests extends ParserContract {

    private static final String CANONICAL = """
            {"filename": "tiles.pdf",
             "markdown": "# Tiles\\n\\nFirst page.\\n\\n-----\\n\\nSecond page.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n",
             "tables": [
               {"id": "t1", "caption": "Sizes", "headers": ["a", "b"], "rows": [["1", "2"]], "position": {"page": 2},
                "confidence": 0.9, "format": "json"},
               {"id": "t2", "caption": "Colours", "headers": ["name"], "rows": [["red", "#f00"], ["blue"]],
                "position": {"page": 1}, "confidence": null, "format": "json"}],
             "images": [{"id": "i1", "filename": "x.png", "caption": "A kiln", "position": {"page": 1},
                "base64": "AAAA"}],
             "metadata": {"title": "Tiles", "author": null, "pages": 2, "language": "en", "keywords": ["clay", "fire"],
                "creationDate": "D:20151105143417+08'00'", "extractionMethod": "ocr", "processingVersion": "1"},
             "extractionTimestamp": "2025-08-01T10:00:00Z", "somethingNew": {"x": []}}
            """;

    private ParseSettings.PageBase pageBase = ParseSettings.PageBase.AUTO;

    @Override
    public Parser parser() {
        return new MivaaParser(new ParseSettings(DataSize.ofMegabytes(16), pageBase), ZipSketch.SETTINGS);
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public byte[] sample() {
        return CANONICAL.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsTheCanonicalShape() {
        ParsedDocument document = parse(CANONICAL);

        assertThat(document.text()).isEqualTo("""
                # Tiles

                First page.

                Colours

                | name |  |
                | --- | --- |
                | red | #f00 |
                | blue |  |

                A kiln

                Second page.

                | a | b |
                |---|---|
                | 1 | 2 |""");
        assertThat(document.pages()).isEqualTo(2);
        assertThat(document.metadata().title()).isEqualTo("Tiles");
        assertThat(document.metadata().author()).isNull();
        assertThat(document.metadata().createdAt()).isEqualTo("2015-11-05T06:34:17Z");
        assertThat(document.metadata().other())
                .containsAllEntriesOf(Map.of("keywords", "clay, fire", "extractedAt", "2025-08-01T10:00:00Z"))
                .doesNotContainKey("confidence");
    }

    @Test
    void lendsTheCaptionOfATableToTheOneInTheText() {
        ParsedDocument document = parse(CANONICAL);

        assertThat(tables(document)).extracting(Table::caption).containsExactly("Colours", "Sizes");
        assertThat(pagesOf(document, Block.Kind.TABLE)).containsExactly(new PageRange(1, 1), new PageRange(2, 2));
    }

    @Test
    void padsRaggedTablesWithAWarning() {
        assertThat(parse(CANONICAL).warnings())
                .containsExactly(
                        new Warning("ragged-table", "A table had rows of different lengths, which were padded.", 1));
    }

    @Test
    void keepsTheDashesWhenTheyAreNoPageBreaks() {
        ParsedDocument document = parse("""
                {"markdown": "One.\\n\\n-----\\n\\nTwo.", "metadata": {"pages": 7}}""");

        assertThat(document.text()).isEqualTo("One.\n\n-----\n\nTwo.");
        assertThat(document.blocks()).extracting(Block::pages).containsOnlyNulls();
        assertThat(document.pages()).isEqualTo(7);
    }

    @Test
    void readsTheSnakeCaseShape() {
        ParsedDocument document = parse("""
                {"document_id": "d", "page_count": 1, "word_count": 3, "content": {
                   "text": "# Kiln\\n\\nHot inside.", "images": [{"filename": "a.png", "ocr_result": {"text": "DANGER"}}],
                   "metadata": {"title": "", "author": "A. Potter", "creation_date": "2024-02-03T04:05:06.789",
                     "modification_date": ""}}}""");

        assertThat(document.text()).isEqualTo("# Kiln\n\nHot inside.\n\nDANGER");
        assertThat(document.pages()).isEqualTo(1);
        assertThat(document.metadata().title()).isNull();
        assertThat(document.metadata().author()).isEqualTo("A. Potter");
        assertThat(document.metadata().createdAt()).isEqualTo("2024-02-03T04:05:06.789Z");
    }

    @Test
    void readsTablesAsCsv() {
        ParsedDocument document = parse("""
                {"content": {"text": "Text.", "tables": [{"page_number": 1, "csv_data": "a,b\\n\\"x, y\\",\\"2\\n3\\"\\n"}]}}""");

        assertThat(tables(document).get(0).rows()).containsExactly(List.of("a", "b"), List.of("x, y", "2 3"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 2, 1, 2", "1, 2, 2, 1, 2", "0, 1, , 1, 2", "1, 2, , 1, 2", "2, 3, 3, 2, 3"})
    void bringsPageChunksToPagesFromOne(int first, int second, @Nullable Integer count, int firstPage, int secondPage) {
        ParsedDocument document = parse("""
                {"page_chunks": [{"metadata": {"page": %d}, "text": "One."}, {"metadata": {"page": %d}, "text": "Two."}],
                 "page_count": %s}""".formatted(first, second, count));

        assertThat(pagesOf(document, Block.Kind.PARAGRAPH))
                .containsExactly(new PageRange(firstPage, firstPage), new PageRange(secondPage, secondPage));
        assertThat(document.warnings()).isEmpty();
    }

    @Test
    void warnsWhenPageNumbersContradictThePageCount() {
        ParsedDocument document = parse("""
                {"page_chunks": [{"metadata": {"page": 0}, "text": "One."}, {"metadata": {"page": 2}, "text": "Two."}],
                 "page_count": 2}""");

        assertThat(document.warnings()).extracting(Warning::code).containsExactly("page-numbers-uncertain");
        assertThat(document.pages()).isEqualTo(3);
    }

    @Test
    void takesThePageBaseOfTheSettings() {
        MivaaParser parser = new MivaaParser(
                new ParseSettings(DataSize.ofMegabytes(16), ParseSettings.PageBase.ZERO), ZipSketch.SETTINGS);
        String json = "{\"page_chunks\": [{\"metadata\": {\"page\": 1}, \"text\": \"Second page.\"}]}";

        var result =
                MivaaResult.of(new tools.jackson.databind.ObjectMapper().readTree(json), ParseSettings.PageBase.ZERO);

        assertThat(parser.mediaTypes()).contains("application/json");
        assertThat(result.parts()).extracting(MarkdownPart::page).containsExactly(2);
    }

    @Test
    void readsPagesWithTheirTables() {
        ParsedDocument document = parse("""
                {"id": "x", "content": "ignored", "markdown": "ignored", "metadata": {"pageCount": 2}, "pages": [
                  {"pageNumber": 2, "content": "Second.", "tables": [{"headers": ["h"], "rows": [["c"]], "summary": "S"}]},
                  {"pageNumber": 1, "content": "First."}]}""");

        assertThat(document.text()).startsWith("First.\n\nSecond.\n\nS\n\n| h |");
        assertThat(pagesOf(document, Block.Kind.TABLE)).containsExactly(new PageRange(2, 2));
    }

    @Test
    void readsBareMarkdown() {
        assertThat(parse("\"# Only\\n\\nmarkdown\"").text()).isEqualTo("# Only\n\nmarkdown");
    }

    @Test
    void removesLoneSurrogatesAndZeros() {
        ParsedDocument document = parse("{\"markdown\": \"a\\ud800b\\u0000c \\ud83d\\ude00\"}");

        assertThat(document.text()).isEqualTo("abc \uD83D\uDE00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"markdown\": \"\"}", "{\"markdown\": \" \\n\"}", "{\"page_chunks\": [{\"text\": \"\"}]}"})
    void rejectsAResultWithoutText(String json) {
        assertThat(rejection(json.getBytes(StandardCharsets.UTF_8)).code()).isEqualTo("no-text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"foo\": 1}", "[]", "3", "null", "{\"markdown\": null}", "{\"pages\": 3}"})
    void rejectsJsonOfAnotherShape(String json) {
        var rejected = rejection(json.getBytes(StandardCharsets.UTF_8));

        assertThat(rejected.code()).isEqualTo("unrecognised-json");
        assertThat(rejected.getMessage()).contains("markdown", "page_chunks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"markdown\": \"x\"", "{\"markdown\": \"secret\" 7}", "{\"markdown\": \"x\"} x", "{'a': 1}"})
    void rejectsMalformedJsonWithoutQuotingIt(String json) {
        var rejected = rejection(json.getBytes(StandardCharsets.UTF_8));

        assertThat(rejected.code()).isEqualTo("malformed-json");
        assertThat(rejected.getMessage()).contains("line 1").doesNotContain("secret");
        assertThat(rejected).hasNoCause();
    }

    @Test
    void rejectsJsonThatIsNestedTooDeeply() {
        byte[] json = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        assertThat(rejection(json).code()).isEqualTo("malformed-json");
    }

    @Test
    void rejectsMorePagesThanTheLimit() {
        byte[] json = "{\"markdown\": \"x\", \"page_count\": 11}".getBytes(StandardCharsets.UTF_8);

        assertThat(rejection(json, new ParseLimits(10, 1000)).code()).isEqualTo("too-many-pages");
    }

    private static List<@Nullable PageRange> pagesOf(ParsedDocument document, Block.Kind kind) {
        List<@Nullable PageRange> pages = new ArrayList<>();
        document.blocks().stream().filter(block -> block.kind() == kind).forEach(block -> pages.add(block.pages()));
        return pages;
    }

    @Test
    void readsWhatTheFirstExtractorPrinted() {
        String printed = "[{'metadata': {'title': 'On \\'clay\\'', 'page': 1, 'page_count': 2, 'trapped': None},"
                + " 'toc_items': [], 'images': [{'bbox': Rect(1.0, -2, 3, 4e1), 'has-mask': False}], 'tables': (),"
                + " 'text': \"# Clay\\n\\nIt\\u2019s \\x41 earth.\"}, {'metadata': {'page': 2}, 'text': 'Fire.'}]";

        ParsedDocument document =
                parse(tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(printed));

        assertThat(document.text()).isEqualTo("# Clay\n\nIt’s A earth.\n\nFire.");
        assertThat(document.pages()).isEqualTo(2);
    }

    @Test
    void takesWhatIsNoPythonForMarkdown() {
        for (String text : new String[] {
            "[a link](x)",
            "{'a': }",
            "[1, 2",
            "['open",
            "[1] note",
            "[".repeat(200),
            "['\\x4']",
            "['\\uzzzz']",
            "{'a' 1}",
            "[1 2]"
        }) {
            assertThat(PythonLiteral.parse(text)).as(text).isNull();
        }
        assertThat(PythonLiteral.parse("plain")).isNull();
        assertThat(String.valueOf(PythonLiteral.parse("[True, nan, 1.5, b'x', '\\U0001F600\\U7fffffff\\t\\r\\q']")))
                .isEqualTo("[true,null,1.5,\"x\",\"😀\uFFFD\\t\\rq\"]");
    }
}
