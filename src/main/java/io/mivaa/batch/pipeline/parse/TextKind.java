package io.mivaa.batch.pipeline.parse;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells the kinds of text from each other: by what a text begins with, else by name, else by the declared type. */
final class TextKind {

    private static final String PLAIN = "text/plain";
    private static final String HTML = "text/html";
    private static final String MIVAA = "application/vnd.mivaa+json";

    private static final Set<String> KINDS =
            Set.of(PLAIN, "text/markdown", HTML, "text/csv", "application/json", MIVAA);

    private static final Map<String, String> ALIASES =
            Map.of("application/xhtml+xml", HTML, "text/x-markdown", "text/markdown", "application/csv", "text/csv");

    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry("txt", PLAIN),
            Map.entry("text", PLAIN),
            Map.entry("log", PLAIN),
            Map.entry("md", "text/markdown"),
            Map.entry("markdown", "text/markdown"),
            Map.entry("html", HTML),
            Map.entry("htm", HTML),
            Map.entry("xhtml", HTML),
            Map.entry("csv", "text/csv"),
            Map.entry("json", "application/json"));

    private static final Pattern HTML_START =
            Pattern.compile("(?is)\\A\\uFEFF?\\s*+(?:<\\?xml[^>]{0,200}>\\s*+)?(?:<!--.{0,2000}?-->\\s*+){0,5}"
                    + "<(?:!doctype\\s+html|html|head|body)\\b");
    private static final Pattern XML_START = Pattern.compile("\\A\\uFEFF?\\s*<\\?xml\\b");
    private static final Pattern JSON_START = Pattern.compile("\\A\\uFEFF?\\s*(?:\\{\\s*\"|\\[\\s*\\{\\s*\")");

    private TextKind() {}

    /** @param declared without parameters, lower case, may be empty */
    static String of(String text, String name, String declared) {
        String type = ALIASES.getOrDefault(declared, declared);
        if (HTML_START.matcher(text).find()) {
            return HTML;
        }
        boolean json = JSON_START.matcher(text).find();
        if (name.endsWith(".mivaa.json") || (type.equals(MIVAA) && !text.isBlank())) {
            return MIVAA;
        }
        String byName = EXTENSIONS.get(name.substring(name.lastIndexOf('.') + 1));
        if (byName != null) {
            return byName;
        }
        if (XML_START.matcher(text).find()) {
            return "application/xml";
        }
        if (KINDS.contains(type)) {
            return type;
        }
        return json ? "application/json" : PLAIN;
    }
}
