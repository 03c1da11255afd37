package io.mivaa.batch.pipeline.parse;

import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;

/** Knows what of a page is no content: code, hidden parts, controls, and the furniture around the article. */
final class HtmlChrome {

    private static final Set<String> NEVER = Set.of(
            "script",
            "style",
            "template",
            "noscript",
            "iframe",
            "svg",
            "canvas",
            "object",
            "embed",
            "audio",
            "video",
            "select",
            "button",
            "textarea",
            "input",
            "datalist",
            "head",
            "map",
            "dialog");

    private static final Set<String> ROLES =
            Set.of("navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog");

    private static final Set<String> CONTENT = Set.of("article", "main", "section", "blockquote", "figure", "td");

    private HtmlChrome() {}

    static boolean isInvisible(Element element) {
        if (NEVER.contains(element.normalName()) || element.hasAttr("hidden")) {
            return true;
        }
        if (element.attr("aria-hidden").equalsIgnoreCase("true")) {
            return true;
        }
        String style = element.attr("style");
        if (style.isEmpty()) {
            return false;
        }
        String rules = style.toLowerCase(Locale.ROOT).replace(" ", "");
        return rules.contains("display:none") || rules.contains("visibility:hidden");
    }

    static boolean isFurniture(Element element) {
        String name = element.normalName();
        if (name.equals("nav") || ROLES.contains(element.attr("role").toLowerCase(Locale.ROOT))) {
            return true;
        }
        boolean band = name.equals("header") || name.equals("footer") || name.equals("aside");
        return band && !isWithinContent(element) && !(name.equals("header") && element.selectFirst("h1") != null);
    }

    private static boolean isWithinContent(Element element) {
        for (Element parent = element.parent(); parent != null; parent = parent.parent()) {
            if (CONTENT.contains(parent.normalName())) {
                return true;
            }
        }
        return false;
    }
}
