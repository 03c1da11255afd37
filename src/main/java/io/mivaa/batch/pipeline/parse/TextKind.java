package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.parse.mail.MailParser;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Determines the kind of a text: by how it begins, or else by its name, or else by its declared type. */
final class TextKind {

    private static final String PLAIN = "text/plain";
    private static final String HTML = "text/html";
    private static final String TSV = "text/tab-separated-values";
    private static final String MIVAA = "application/vnd.mivaa+json";

    private static final Set<String> KINDS = Set.of(
            PLAIN,
            "text/markdown",
            HTML,
            "text/csv",
            TSV,
            "application/json",
            MIVAA,
            MailParser.MAIL,
            "application/vnd.docling+json",
            "application/vnd.unstructured+json");

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
            Map.entry("tsv", TSV),
            Map.entry("tab", TSV),
            Map.entry("json", "application/json"));

    private static final Pattern HTML_START =
            Pattern.compile("(?is)\\A\\uFEFF?\\s*+(?:<\\?xml[^>]{0,200}>\\s*+)?(?:<!--.{0,2000}?-->\\s*+){0,5}+"
                    + "<(?:!doctype\\s+html|html|head|body)\\b");
    private static final Pattern XML_START = Pattern.compile("\\A\\uFEFF?\\s*<\\?xml\\b");
    private static final Pattern JSON_START = Pattern.compile("\\A\\uFEFF?\\s*(?:\\{\\s*\"|\\[\\s*\\{\\s*\")");

    private static final Pattern HEADER_START =
            Pattern.compile("\\A\\uFEFF?(?:From [^\\n]{1,200}\\n)?[A-Za-z][A-Za-z0-9-]{0,76}:[ \\t\\r\\n]");

    private TextKind() {}

    /**
     * @param declared without parameters, lower case, may be empty
     * @param likeMail whether the text begins like an e-mail
     */
    static String of(String text, String name, String declared, boolean likeMail) {
        String type = ALIASES.getOrDefault(declared, declared);
        if (HTML_START.matcher(text).find()) {
            return HTML;
        }
        boolean headed = HEADER_START.matcher(text).find();
        if (headed && (name.endsWith(".eml") || type.equals(MailParser.MAIL))) {
            return MailParser.MAIL;
        }
        boolean json = JSON_START.matcher(text).find();
        if (name.endsWith(".mivaa.json") || (type.equals(MIVAA) && !text.isBlank())) {
            return MIVAA;
        }
        String byName = EXTENSIONS.get(name.substring(name.lastIndexOf('.') + 1));
        if (byName != null) {
            return byName;
        }
        if (headed && likeMail && !KINDS.contains(type)) {
            return MailParser.MAIL;
        }
        if (XML_START.matcher(text).find()) {
            return "application/xml";
        }
        if (KINDS.contains(type) && !type.equals(MailParser.MAIL)) {
            return type;
        }
        return json ? "application/json" : PLAIN;
    }
}
