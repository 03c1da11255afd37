package io.mivaa.batch.pipeline.parse.mivaa;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class DoclingTests extends ParserContract {

    private static final String SAMPLE = """
            {"schema_name": "DoclingDocument", "version": "1.3.0", "name": "clay",
             "body": {"self_ref": "#/body", "children": [{"$ref": "#/texts/0"}, {"$ref": "#/texts/1"},
               {"$ref": "#/texts/2"}, {"$ref": "#/groups/0"}, {"$ref": "#/texts/6"}, {"$ref": "#/tables/0"},
               {"$ref": "#/pictures/0"}, {"$ref": "#/texts/8"}, {"$ref": "#/body"}, {"$ref": "#/texts/99"}]},
             "groups": [{"label": "ordered_list", "children": [{"$ref": "#/texts/3"}, {"$ref": "#/texts/4"}]},
               {"label": "list", "children": [{"$ref": "#/texts/5"}, {"$ref": "#/groups/1"}]}],
             "texts": [
               {"label": "page_header", "text": "Running head", "prov": [{"page_no": 1}]},
               {"label": "title", "text": "Clay", "prov": [{"page_no": 1}]},
               {"label": "section_header", "level": 1, "text": "Kinds", "prov": [{"page_no": 2}]},
               {"label": "list_item", "enumerated": true, "marker": "1.", "text": "red"},
               {"label": "list_item", "enumerated": true, "marker": "(b)", "text": "white", "children": [{"$ref": "#/groups/1"}]},
               {"label": "list_item", "text": "fine"},
               {"label": "caption", "text": "Table 1: Prices"},
               {"label": "caption", "orig": "Figure 1: A kiln"},
               {"label": "code", "text": "fire()"}],
             "tables": [{"label": "table", "captions": [{"$ref": "#/texts/6"}], "prov": [{"page_no": 2}], "data": {"grid": [
               [{"text": "Item", "column_header": true}, {"text": "Cost", "column_header": true}],
               [{"text": "Clay"}, {"text": "5"}]]}}],
             "pictures": [{"captions": [{"$ref": "#/texts/7"}], "image": {"uri": "data:image/png;base64,AAAA"}}],
             "pages": {"1": {"page_no": 1}, "2": {"page_no": 2}, "3": {"page_no": 3}}}
            """;

    @Override
    public Parser parser() {
        return new MivaaParser(
                new ParseSettings(DataSize.ofMegabytes(16), ParseSettings.PageBase.AUTO), ZipSketch.SETTINGS);
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public byte[] sample() {
        return SAMPLE.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void writesTheBodyInItsOrderWithoutFurniture() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("""
                # Clay

                ## Kinds

                1. red
                1. white
                  - fine

                Table 1: Prices

                | Item | Cost |
                | --- | --- |
                | Clay | 5 |

                Figure 1: A kiln

                ```
                fire()
                ```""");
        assertThat(document.pages()).isEqualTo(3);
        assertThat(document.blocks().get(0).pages()).isEqualTo(new PageRange(1, 1));
        assertThat(document.blocks().get(1).pages()).isEqualTo(new PageRange(2, 2));
        assertThat(document.metadata().other()).containsEntry("name", "clay");
    }

    @Test
    void placesSpanningCellsWithAndWithoutAGrid() {
        String cells = table("{'num_rows': 3, 'num_cols': 2, 'table_cells': ["
                + cell("Head", 0, 0, true) + "," + cell("b", 1, 1, false) + "," + cell("c", 2, 1, false)
                + ", {'text': 'a', 'start_row_offset_idx': 1, 'start_col_offset_idx': 0, 'row_span': 2},"
                + cell("outside", 9, 9, false) + "]}");
        String grid = table("{'grid': [[" + cell("Head", 0, 0, true) + "," + cell("Head", 0, 0, true) + "],["
                + cell("a", 1, 0, false) + "," + cell("b", 1, 1, false) + "],[" + cell("a", 1, 0, false) + ","
                + cell("c", 2, 1, false) + "]]}");

        for (String json : List.of(cells, grid)) {
            assertThat(tables(parse(json)))
                    .containsExactly(
                            new Table(List.of("Head", "Head"), List.of(List.of("a", "b"), List.of("a", "c")), null));
        }
    }

    private static String cell(String text, int row, int column, boolean header) {
        return "{'text': '" + text + "', 'start_row_offset_idx': " + row + ", 'start_col_offset_idx': " + column
                + ", 'column_header': " + header + "}";
    }

    private static String table(String data) {
        return ("{'body': {'children': [{'$ref': '#/tables/0'}]}, 'texts': [], 'tables': [{'data': " + data + "}]}")
                .replace('\'', '"');
    }

    @Test
    void keepsCheckboxesAndPlainText() {
        String json =
                "{'body': {'children': [{'cref': '#/texts/0'}, {'$ref': '#/texts/1'}, {'$ref': '#/texts/2'}]}, 'texts': ["
                        + "{'label': 'checkbox_selected', 'text': 'yes'}, {'label': 'checkbox_unselected', 'text': 'no'},"
                        + "{'label': 'text', 'text': 'hidden', 'content_layer': 'furniture'}]}";

        assertThat(parse(json.replace('\'', '"')).text()).isEqualTo("[x] yes\n\n[ ] no");
    }

    @Test
    void rejectsTooManyPagesAndCells() {
        assertThat(rejection(sample(), new ParseLimits(2, 10_000)).code()).isEqualTo("too-many-pages");
        String many = SAMPLE.replace("\"page_no\": 2}], \"data\"", "\"page_no\": 5000}], \"data\"");
        assertThat(rejection(many.getBytes(StandardCharsets.UTF_8)).code()).isEqualTo("too-many-pages");
        assertThat(rejection(table("{'num_rows': 9999, 'num_cols': 9999, 'table_cells': []}")
                                .getBytes(StandardCharsets.UTF_8))
                        .code())
                .isEqualTo("too-many-cells");
    }

    @Test
    void readsTheElementsOfUnstructured() {
        String json = """
                [{"type": "Header", "element_id": "0", "text": "Running head", "metadata": {"page_number": 1, "languages": ["eng"], "filename": "clay.pdf"}},
                 {"type": "Title", "text": "Clay", "metadata": {"page_number": 1, "category_depth": 0}},
                 {"type": "Title", "text": "Kinds", "metadata": {"page_number": 1, "category_depth": 1}},
                 {"type": "ListItem", "text": "• red", "metadata": {"category_depth": 1}},
                 {"type": "ListItem", "text": "fine", "metadata": {"category_depth": 2}},
                 {"type": "Image", "text": "", "metadata": {"image_base64": "AAAA"}},
                 {"type": "FigureCaption", "text": "Figure 1"},
                 {"type": "Table", "text": "Item Cost", "metadata": {"page_number": 2, "text_as_html":
                   "<table><thead><tr><th>Item</th><th>Cost</th></tr></thead><tr><td>Clay</td><td>5</td></tr></table>"}},
                 {"type": "Table", "text": "no html"},
                 {"type": "CodeSnippet", "text": "fire()"},
                 {"type": "NarrativeText", "text": "The end.", "metadata": {"page_number": 2}},
                 {"type": "PageBreak", "text": ""}]""";

        ParsedDocument document = parse(json);

        check(document);
        assertThat(document.text()).isEqualTo("""
                # Clay

                ## Kinds

                - red
                  - fine

                Figure 1

                | Item | Cost |
                | --- | --- |
                | Clay | 5 |

                no html

                ```
                fire()
                ```

                The end.""");
        assertThat(document.pages()).isEqualTo(2);
        assertThat(document.metadata().language()).isEqualTo("eng");
        assertThat(rejection(json.getBytes(StandardCharsets.UTF_8), new ParseLimits(1, 10_000))
                        .code())
                .isEqualTo("too-many-pages");
    }

    @Test
    void refusesAnotherShapeThanTheOneThatWasSaid() {
        byte[] json = "{\"markdown\": \"x\"}".getBytes(StandardCharsets.UTF_8);
        for (String type : List.of("application/vnd.docling+json", "application/vnd.unstructured+json")) {
            Source source = source(json);
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                    Rejected.class,
                                    () -> parser().parse(
                                                    new Source("a", type, source.file(), json.length, source.sha256()),
                                                    LIMITS,
                                                    pages -> {}))
                            .code())
                    .isEqualTo("unrecognised-json");
        }
    }
}
