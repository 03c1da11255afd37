package io.mivaa.batch.pipeline.parse.html;

import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;

/** Parses HTML as a browser does, but not as deep. */
public final class HtmlPage {

    /** Deeper elements become siblings, and keep their text. The cost of a table grows with those around it. */
    private static final int DEEPEST = 150;

    private HtmlPage() {}

    public static Document parse(String html) {
        return Parser.htmlParser().setMaxDepth(DEEPEST).parseInput(html, "");
    }
}
