package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Block;
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
import org.jspecify.annotations.Nullable;

/** Walks a page once, without recursion, and writes its blocks. */
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

    private final MarkdownWriter writer;
    private final boolean withoutFurniture;
    private final StringBuilder words = new StringBuilder();
    private final List<String> figures = new ArrayList<>();
    private final HtmlLists lists = new HtmlLists();
    private int headingLevel;

    private HtmlFlow(MarkdownWriter writer, boolean withoutFurniture) {
        this.writer = writer;
        this.withoutFurniture = withoutFurniture;
    }

    public static void write(Element root, MarkdownWriter writer, boolean withoutFurniture) {
        HtmlFlow flow = new HtmlFlow(writer, withoutFurniture);
        NodeTraversor.filter(flow, root);
        flow.endParagraph();
        flow.endList();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode text) {
            words.append(text.getWholeText().replace('\n', ' '));
            return FilterResult.CONTINUE;
        }
        if (!(node instanceof Element element)) {
            return FilterResult.CONTINUE;
        }
        if (HtmlChrome.isInvisible(element) || (withoutFurniture && HtmlChrome.isFurniture(element))) {
            return FilterResult.SKIP_ENTIRELY;
        }
        return open(element);
    }

    private FilterResult open(Element element) {
        switch (element.normalName()) {
            case "br" -> words.append('\n');
            case "code", "kbd", "samp", "tt" -> words.append('`');
            case "img" -> figure(element.attr("alt"));
            case "ul", "ol", "menu" -> {
                endParagraph();
                lists.open(element.normalName().equals("ol"), element.attr("start"));
            }
            case "dl" -> {
                endParagraph();
                lists.open(false, "");
            }
            case "li", "dt" -> {
                endParagraph();
                lists.item();
            }
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                endParagraph();
                headingLevel = element.normalName().charAt(1) - '0';
            }
            case "pre" -> {
                return code(element);
            }
            case "figure" -> {
                return pictured(element);
            }
            case "table" -> {
                return table(element);
            }
            default -> endIfBlock(element);
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (!(node instanceof Element element)) {
            return FilterResult.CONTINUE;
        }
        switch (element.normalName()) {
            case "code", "kbd", "samp", "tt" -> closeCode();
            case "ul", "ol", "menu", "dl" -> {
                endParagraph();
                if (lists.close()) {
                    endList();
                }
            }
            case "li", "dt", "dd" -> {
                endParagraph();
                lists.endItem();
            }
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                endParagraph();
                headingLevel = 0;
            }
            default -> endIfBlock(element);
        }
        return FilterResult.CONTINUE;
    }

    private void closeCode() {
        int last = words.length() - 1;
        if (last >= 0 && words.charAt(last) == '`') {
            words.setLength(last);
        } else {
            words.append('`');
        }
    }

    private void endIfBlock(Element element) {
        if (BLOCKS.contains(element.normalName())) {
            endParagraph();
        }
    }

    private void figure(String alt) {
        if (!alt.isBlank()) {
            figures.add(CleanText.line(alt));
        }
    }

    /** A figure that holds pictures is what they show and what is written under them. */
    private FilterResult pictured(Element element) {
        endParagraph();
        List<String> lines = new ArrayList<>();
        for (Element part : element.select("img[alt], figcaption")) {
            lines.add(part.normalName().equals("img") ? CleanText.line(part.attr("alt")) : HtmlText.of(part));
        }
        lines.removeIf(String::isEmpty);
        if (lines.isEmpty()
                || element.selectFirst("img") == null
                || element.selectFirst("table, pre, ul, ol") != null) {
            return FilterResult.CONTINUE;
        }
        figures.add(String.join("\n", lines));
        return FilterResult.SKIP_ENTIRELY;
    }

    private FilterResult code(Element pre) {
        endParagraph();
        if (lists.isOpen()) {
            endList();
        }
        writer.code(pre.wholeText().replaceFirst("^\\n", ""), language(pre), null);
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

    /** A table that only arranges the page is read as what stands in it. */
    private FilterResult table(Element element) {
        endParagraph();
        Table table = HtmlTable.read(element);
        if (table == null) {
            return FilterResult.CONTINUE;
        }
        endList();
        writer.table(table, null);
        return FilterResult.SKIP_ENTIRELY;
    }

    private void endParagraph() {
        String text = HtmlText.lines(words);
        words.setLength(0);
        if (!text.isEmpty()) {
            if (lists.isOpen()) {
                lists.text(text);
            } else if (headingLevel > 0) {
                writer.heading(headingLevel, text, null);
            } else {
                writer.block(Block.Kind.PARAGRAPH, text, null);
            }
        }
        if (!lists.isOpen()) {
            endFigures();
        }
    }

    private void endList() {
        @Nullable String list = lists.take();
        if (list != null) {
            writer.block(Block.Kind.LIST, list, null);
        }
        endFigures();
    }

    private void endFigures() {
        for (String alt : figures) {
            writer.block(Block.Kind.FIGURE, HtmlText.lines(alt), null);
        }
        figures.clear();
    }
}
