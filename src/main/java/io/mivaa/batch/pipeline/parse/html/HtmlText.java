package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/** The text of an element on one line, as a table cell of Markdown needs it. */
public final class HtmlText implements NodeFilter {

    private static final Set<String> INLINE = Set.of(
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "cite",
            "code",
            "em",
            "font",
            "i",
            "ix:nonfraction",
            "ix:nonnumeric",
            "kbd",
            "mark",
            "q",
            "s",
            "samp",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "time",
            "u",
            "var",
            "wbr");

    private final StringBuilder words = new StringBuilder();

    private HtmlText() {}

    public static String of(Element element) {
        HtmlText text = new HtmlText();
        NodeTraversor.filter(text, element);
        return CleanText.line(text.words.toString());
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode text) {
            words.append(text.getWholeText());
        } else if (node instanceof Element element) {
            if (HtmlChrome.isInvisible(element)) {
                return FilterResult.SKIP_ENTIRELY;
            }
            separate(element);
            begin(element);
        }
        return FilterResult.CONTINUE;
    }

    private void begin(Element element) {
        boolean nextItem = element.normalName().equals("li") && element.previousElementSibling() != null;
        if (nextItem && words.length() > 0) {
            stripTrailing();
            words.append("; ");
        }
        if (element.normalName().equals("img")) {
            words.append(element.attr("alt")).append(' ');
        }
    }

    private void stripTrailing() {
        int end = words.length();
        while (end > 0 && Character.isWhitespace(words.charAt(end - 1))) {
            end--;
        }
        words.setLength(end);
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element) {
            separate(element);
        }
        return FilterResult.CONTINUE;
    }

    private void separate(Element element) {
        if (!INLINE.contains(element.normalName())) {
            words.append(' ');
        }
    }

    /** Lines separated by {@code br}, each with single spaces, without blank lines. */
    public static String lines(CharSequence words) {
        StringBuilder lines = new StringBuilder();
        for (String line : words.toString().split("\n", -1)) {
            String clean = CleanText.line(line);
            if (!clean.isEmpty()) {
                lines.append(lines.isEmpty() ? "" : "\n").append(clean);
            }
        }
        return lines.toString();
    }
}
