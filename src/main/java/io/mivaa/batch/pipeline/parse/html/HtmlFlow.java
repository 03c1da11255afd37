package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/** Walks the elements of a page once, without recursion, and writes its blocks. Not thread-safe. */
public final class HtmlFlow implements NodeFilter {

    private static final Set<String> BLOCKS = Set.of(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "center",
            "dd",
            "details",
            "div",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "header",
            "hgroup",
            "hr",
            "legend",
            "main",
            "nav",
            "p",
            "section",
            "summary",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "caption",
            "label");

    /** As HTML 4.6.15 suggests, and as two common highlighters write it. */
    private static final Pattern LANGUAGE =
            Pattern.compile("(?:^|\\s)(?:language-|lang-|highlight-source-|brush:\\s*)([\\w+#.-]{1,30})");

    private final HtmlBlocks blocks;
    private final boolean withoutFurniture;

    private HtmlFlow(HtmlBlocks blocks, boolean withoutFurniture) {
        this.blocks = blocks;
        this.withoutFurniture = withoutFurniture;
    }

    /** @param withoutFurniture leaves out navigation, banners and the like */
    public static void write(Element root, MarkdownWriter writer, boolean withoutFurniture) {
        HtmlBlocks blocks = new HtmlBlocks(writer);
        NodeTraversor.filter(new HtmlFlow(blocks, withoutFurniture), root);
        blocks.endParagraph();
        blocks.endList();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode text) {
            blocks.text(text.getWholeText().replace('\n', ' '));
            return FilterResult.CONTINUE;
        }
        if (!(node instanceof Element element)) {
            return FilterResult.CONTINUE;
        }
        if (HtmlChrome.isInvisible(element) || (withoutFurniture && HtmlChrome.isFurniture(element))) {
            return FilterResult.SKIP_ENTIRELY;
        }
        return switch (element.normalName()) {
            case "pre" -> code(element);
            case "figure" -> figure(element);
            case "table" -> table(element);
            default -> open(element);
        };
    }

    private FilterResult open(Element element) {
        switch (element.normalName()) {
            case "br" -> blocks.text("\n");
            case "code", "kbd", "samp", "tt" -> blocks.openCode();
            case "img" -> blocks.figure(CleanText.line(element.attr("alt")));
            case "ol" -> blocks.openList(true, element.attr("start"));
            case "ul", "menu", "dl" -> blocks.openList(false, "");
            case "li", "dt" -> blocks.openItem();
            case "h1", "h2", "h3", "h4", "h5", "h6" ->
                blocks.heading(element.normalName().charAt(1) - '0');
            default -> endIfBlock(element);
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element) {
            switch (element.normalName()) {
                case "code", "kbd", "samp", "tt" -> blocks.closeCode();
                case "ul", "ol", "menu", "dl" -> blocks.closeList();
                case "li", "dt", "dd" -> blocks.closeItem();
                case "h1", "h2", "h3", "h4", "h5", "h6" -> blocks.heading(0);
                default -> endIfBlock(element);
            }
        }
        return FilterResult.CONTINUE;
    }

    private void endIfBlock(Element element) {
        if (BLOCKS.contains(element.normalName())) {
            blocks.endParagraph();
        }
    }

    /** A figure with pictures becomes their alternative texts and its caption. */
    private FilterResult figure(Element element) {
        blocks.endParagraph();
        List<String> lines = new ArrayList<>();
        for (Element part : element.select("img[alt], figcaption")) {
            lines.add(part.normalName().equals("img") ? CleanText.line(part.attr("alt")) : HtmlText.of(part));
        }
        lines.removeIf(String::isEmpty);
        boolean pictures = element.selectFirst("img") != null && element.selectFirst("table, pre, ul, ol") == null;
        if (lines.isEmpty() || !pictures) {
            return FilterResult.CONTINUE;
        }
        blocks.figure(String.join("\n", lines));
        return FilterResult.SKIP_ENTIRELY;
    }

    private FilterResult code(Element pre) {
        blocks.code(pre.wholeText().replaceFirst("^\\n", ""), language(pre));
        return FilterResult.SKIP_ENTIRELY;
    }

    private static String language(Element pre) {
        Element code = pre.selectFirst("code");
        for (Element element : code == null ? List.of(pre) : List.of(code, pre)) {
            Matcher named = LANGUAGE.matcher(element.className());
            if (named.find()) {
                return named.group(1);
            }
        }
        return "";
    }

    /** The content of a table that only arranges the page is read like the rest of the page. */
    private FilterResult table(Element element) {
        blocks.endParagraph();
        Table table = HtmlTable.read(element);
        if (table == null) {
            return FilterResult.CONTINUE;
        }
        blocks.table(table);
        return FilterResult.SKIP_ENTIRELY;
    }
}
