package io.mivaa.batch.pipeline.parse.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HtmlParserTests extends ParserContract {

    private static final String SAMPLE = """
            <!doctype html><html lang="en"><head><title>Glazes &amp; more</title>
            <meta name="author" content="A. Potter"><style>p {color: red}</style></head>
            <body><header><a href="/">Home</a></header><nav>Menu</nav>
            <main><h1>Glazes</h1><p>Some <b>bold</b> and <code>code</code>.<br>Next line.</p>
            <ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>
            <table><caption>Prices</caption><tr><th>Item</th><th>Cost</th></tr><tr><td>Clay | red</td><td>5</td></tr></table>
            <pre>line 1
              line 2</pre>
            <img src="http://nowhere.invalid/kiln.png" alt="A kiln"></main>
            <div style="display: none">hidden</div><script>alert(1)</script><footer>Imprint</footer></body></html>
            """;

    @Override
    public Parser parser() {
        return new HtmlParser();
    }

    @Override
    public byte[] sample() {
        return SAMPLE.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void leavesOutWhatIsCalledLikeFurnitureUnlessItIsMostOfThePage() {
        assertThat(parse("<div class='cookie-banner'>We use cookies</div><div id=sidebar>Links</div><p>Content</p>")
                        .text())
                .isEqualTo("Content");
        assertThat(parse("<div class=sidebar>" + "<p>Long words</p>".repeat(300) + "</div>")
                        .text())
                .contains("Long words");
        assertThat(parse("<article><div class=share>kept</div></article><p>x</p>")
                        .text())
                .contains("kept");
    }

    @Test
    void keepsTheLanguageOfCodeAndListsOfDefinitionsAndOfCells() {
        assertThat(parse("<pre class=highlight><code class='x language-java'>int x;</code></pre>")
                        .text())
                .isEqualTo("```java\nint x;\n```");
        assertThat(parse("<dl><dt>Clay</dt><dd>Earth.</dd><dd>Wet.</dd><dt>Kiln</dt><dd>Oven.</dd></dl>")
                        .text())
                .isEqualTo("- Clay\n  Earth.\n  Wet.\n- Kiln\n  Oven.");
        assertThat(tables(parse("<table><tr><th>a<th>b<tr><td>x<td><ul><li>one<li>two</ul></table>"))
                        .get(0)
                        .rows())
                .containsExactly(List.of("x", "one; two"));
    }

    @Test
    void guessesTheHeadOfATableThatMarksNone() {
        assertThat(tables(parse("<table><tr><td>Item<td>Cost<tr><td>Clay<td>5</table>"))
                        .get(0)
                        .headers())
                .containsExactly("Item", "Cost");
        assertThat(tables(parse("<table><tr><td>Grade:<td>A<td>B<tr><td>Use<td>any<td>5</table>"))
                        .get(0)
                        .headers())
                .isEmpty();
        assertThat(tables(parse("<table><tr><td>Name<td>Ann<tr><td>City<td>Rome</table>"))
                        .get(0)
                        .headers())
                .isEmpty();
    }

    @Test
    void writesTheContentAsMarkdownWithoutChrome() {
        assertThat(parse(SAMPLE).text()).isEqualTo("""
                # Glazes

                Some bold and `code`.
                Next line.

                - one
                  - inner
                - two

                Prices

                | Item | Cost |
                | --- | --- |
                | Clay \\| red | 5 |

                ```
                line 1
                  line 2
                ```

                A kiln""");
    }

    @Test
    void readsTheMetadata() {
        var metadata = parse(SAMPLE).metadata();

        assertThat(metadata.title()).isEqualTo("Glazes & more");
        assertThat(metadata.author()).isEqualTo("A. Potter");
        assertThat(metadata.language()).isEqualTo("en");
    }

    @Test
    void expandsSpanningCells() {
        Table table = table("""
                <table><thead><tr><th rowspan=2>Name</th><th colspan=2>Size</th></tr><tr><th>w</th><th>h</th></tr></thead>
                <tr><td rowspan=2>Tile</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>
                <tr><td colspan=2>All</td><td>5</td></tr></table>""");

        assertThat(table.headers()).containsExactly("Name", "Size w", "Size h");
        assertThat(table.rows())
                .containsExactly(List.of("Tile", "1", "2"), List.of("Tile", "3", "4"), List.of("All", "", "5"));
    }

    @Test
    void flattensRichCells() {
        Table table = table("""
                <table><tr><th>a</th><th>b</th></tr><tr><td><ul><li>x</li><li>y</li></ul></td>
                <td><table><tr><td>in</td><td>ner</td></tr></table></td></tr></table>""");

        assertThat(table.rows()).containsExactly(List.of("x; y", "in ner"));
    }

    @Test
    void readsATableWithoutHeaderCells() {
        Table table = table("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>");

        assertThat(table.headers()).isEmpty();
        assertThat(table.rows()).hasSize(2);
    }

    @Test
    void readsALayoutTableAsProse() {
        ParsedDocument document = parse("<table><tr><td><h2>Title</h2><p>Text.</p></td></tr></table>");

        assertThat(document.text()).isEqualTo("## Title\n\nText.");
    }

    @Test
    void numbersOrderedLists() {
        assertThat(parse("<ol start=3><li>a<p>more</p></li><li>b</li></ol>").text())
                .isEqualTo("3. a\n  more\n4. b");
    }

    @Test
    void makesOneFigureOfAltTextAndCaption() {
        ParsedDocument document =
                parse("<p>Text</p><figure><img alt='A kiln'><figcaption>Figure 1: kiln</figcaption></figure>");

        assertThat(document.blocks())
                .filteredOn(block -> block.kind() == Block.Kind.FIGURE)
                .hasSize(1);
        assertThat(document.text()).isEqualTo("Text\n\nA kiln\nFigure 1: kiln");
    }

    @Test
    void obeysTheDeclaredCharset() {
        String html = "<meta charset=\"windows-1251\"><p>Печь</p>";

        assertThat(parse(html.getBytes(Charset.forName("windows-1251"))).text()).isEqualTo("Печь");
    }

    @Test
    void readsUtf16WithAndWithoutAByteOrderMark() {
        String html = "<html><head><meta charset='utf-16'></head><body><p>Glasur für Töpfe</p></body></html>";

        assertThat(parse(html.getBytes(StandardCharsets.UTF_16LE)).text()).isEqualTo("Glasur für Töpfe");
        assertThat(parse(html.getBytes(StandardCharsets.UTF_16)).text()).isEqualTo("Glasur für Töpfe");
        assertThat(parse(html).text()).isEqualTo("Glasur für Töpfe");
    }

    @Test
    void keepsAPageThatIsNothingButChrome() {
        assertThat(parse("<body><header><p>The only text.</p></header></body>").text())
                .isEqualTo("The only text.");
    }

    @Test
    void fencesCodeThatHoldsFences() {
        assertThat(parse("<pre>```\nx\n```</pre>").text()).isEqualTo("````\n```\nx\n```\n````");
    }

    @Test
    @Timeout(30)
    void survivesDeepNesting() {
        check(parse("<div>".repeat(20_000) + "deep" + "</div>".repeat(20_000)));
        check(parse("<ul><li>a".repeat(5_000)));
        check(parse("<table><tr><td>".repeat(2_000) + "deep"));
        check(parse("<b><i><a href=x>".repeat(3_000) + "deep"));
    }

    @Test
    void rejectsAPageWithoutText() {
        assertThat(rejection("<html><body><script>x()</script></body></html>".getBytes(StandardCharsets.UTF_8))
                        .code())
                .isEqualTo("no-text");
    }

    private Table table(String html) {
        return tables(parse(html)).get(0);
    }
}
