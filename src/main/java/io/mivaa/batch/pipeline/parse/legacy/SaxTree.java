package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Builds a page from the SAX events of Apache Tika, and stops the parser when the page gets too large. Not thread-safe.
 */
final class SaxTree extends DefaultHandler {

    private static final int DEEPEST = 1000;
    private static final int EVENTS_BETWEEN_CHECKS = 1024;

    private final ParseLimits limits;
    private final Grid.Budget cells;
    private final Document page = Document.createShell("");
    private Element open = page.body();
    private int depth;
    private long characters;
    private long events;
    private @Nullable RuntimeException stopped;

    SaxTree(ParseLimits limits, Grid.Budget cells) {
        this.limits = limits;
        this.cells = cells;
    }

    Document page() {
        return page;
    }

    /** The failure with which this class stopped the parser, which wraps it in an exception of its own; else null. */
    @Nullable
    RuntimeException stopped() {
        return stopped;
    }

    @Override
    public void startElement(String uri, String name, String qualified, Attributes attributes) {
        guarded(() -> {
            if (name.equals("td") || name.equals("th")) {
                cells.take(1);
            }
            if (++depth > DEEPEST) {
                throw new IllegalStateException("nested too deeply");
            }
        });
        if (name.equals("html") || name.equals("body")) {
            return;
        }
        Element element = new Element(name);
        for (int i = 0; i < attributes.getLength(); i++) {
            element.attr(attributes.getLocalName(i), attributes.getValue(i));
        }
        open.appendChild(element);
        open = element;
    }

    @Override
    public void endElement(String uri, String name, String qualified) {
        depth--;
        Element parent = open.parent();
        if (!name.equals("html")
                && !name.equals("body")
                && parent != null
                && open.normalName().equals(name)) {
            open = parent;
        }
    }

    @Override
    public void characters(char[] buffer, int start, int length) {
        guarded(() -> {
            characters += length;
            if (characters > 2L * limits.maxCharacters()) {
                throw MarkdownWriter.tooMuchText(limits);
            }
        });
        open.appendChild(new TextNode(CleanText.normalised(new String(buffer, start, length))));
    }

    @Override
    public void ignorableWhitespace(char[] buffer, int start, int length) {
        characters(buffer, start, length);
    }

    private void guarded(Runnable check) {
        try {
            if (++events % EVENTS_BETWEEN_CHECKS == 0) {
                SourceBytes.checkCancelled();
            }
            check.run();
        } catch (RuntimeException e) {
            stopped = e;
            throw e;
        }
    }
}
