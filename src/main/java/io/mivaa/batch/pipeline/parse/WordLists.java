package io.mivaa.batch.pipeline.parse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/** Makes lists of the paragraphs that Apache Tika writes for the items of old Word documents, bullet and all. */
final class WordLists {

    private static final Pattern MARKER = Pattern.compile("^\\s*(?:([·•●▪◦‣\\uF0B7\\uF0A7o])|(\\d{1,4})[.)])\\s+");

    private WordLists() {}

    static void mark(Document page) {
        Element list = null;
        for (Element paragraph : page.select("p")) {
            boolean styled =
                    paragraph.className().toLowerCase(java.util.Locale.ROOT).contains("list");
            TextNode first = firstText(paragraph);
            Matcher marker = MARKER.matcher(first == null ? "" : first.getWholeText());
            if (!styled || first == null || !marker.find()) {
                list = null;
                continue;
            }
            String kind = marker.group(1) == null ? "ol" : "ul";
            first.text(first.getWholeText().substring(marker.end()));
            if (list == null || !list.normalName().equals(kind) || !paragraph.equals(list.nextElementSibling())) {
                list = new Element(kind);
                if (kind.equals("ol")) {
                    list.attr("start", String.valueOf(marker.group(2)));
                }
                paragraph.before(list);
            }
            list.appendChild(paragraph.tagName("li"));
        }
    }

    private static @Nullable TextNode firstText(Element paragraph) {
        return paragraph.textNodes().isEmpty() ? null : paragraph.textNodes().get(0);
    }
}
