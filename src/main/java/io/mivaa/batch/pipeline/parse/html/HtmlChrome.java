package io.mivaa.batch.pipeline.parse.html;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/** Recognises parts of a page that are not content: scripts, hidden parts, controls, and the furniture around an article. */
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

    /** Class names and ids that content management systems give to furniture without an HTML element of its own. */
    private static final Pattern NAMED =
            Pattern.compile("(?i)(?:^|[\\s_-])(?:cookies?|gdpr|consent|breadcrumbs?|newsletter"
                    + "|social|share|sharing|advert|advertisement|sidebar|navbar|skip-?link|pagination|site-?footer|site-?header)"
                    + "(?:$|[\\s_-])");

    /** A named element with more nodes and characters is content. */
    private static final int SMALL = 1500;

    private static final Set<String> BOXES = Set.of("div", "section", "ul", "ol", "p", "a", "form", "table");

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
        if (isNamedFurniture(element)) {
            return true;
        }
        boolean band = name.equals("header") || name.equals("footer") || name.equals("aside");
        return band && !isWithinContent(element) && !(name.equals("header") && element.selectFirst("h1") != null);
    }

    private static boolean isNamedFurniture(Element element) {
        boolean named = BOXES.contains(element.normalName())
                && (NAMED.matcher(element.className()).find()
                        || NAMED.matcher(element.id()).find());
        return named && isSmall(element) && !isWithinContent(element);
    }

    /** Stops counting at the limit. */
    private static boolean isSmall(Element element) {
        int[] seen = {0};
        NodeFilter count = (node, depth) -> {
            seen[0] += 1 + (node instanceof TextNode text ? text.getWholeText().length() : 0);
            return seen[0] > SMALL ? NodeFilter.FilterResult.STOP : NodeFilter.FilterResult.CONTINUE;
        };
        NodeTraversor.filter(count, element);
        return seen[0] <= SMALL;
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
