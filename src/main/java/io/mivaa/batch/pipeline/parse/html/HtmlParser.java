package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** HTML: the content of a page as Markdown, without navigation and the like. Loads nothing from the network. */
public final class HtmlParser implements Parser {

    private static final int CHARSET_WITHIN = 4096;
    private static final Pattern CHARSET =
            Pattern.compile("(?i)(?:<meta[^>]{0,400}?charset|<\\?xml[^>]{0,200}?encoding)\\s*=\\s*[\"']?([\\w:.-]+)");

    @Override
    public Set<String> mediaTypes() {
        return Set.of("text/html");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        DecodedText decoded = decoded(SourceBytes.of(source));
        try {
            Document page = HtmlPage.parse(CleanText.normalised(decoded.text()));
            SourceBytes.checkCancelled();
            return write(page, limits).finish(metadata(page), null, SourceBytes.warnings(decoded));
        } catch (StackOverflowError e) {
            throw new Rejected("damaged-document", "The HTML is nested too deeply to be read.", e);
        }
    }

    /** When all text of a page is in what looks like furniture, the page is read with its furniture. */
    private static MarkdownWriter write(Document page, ParseLimits limits) {
        MarkdownWriter writer = new MarkdownWriter(limits);
        HtmlFlow.write(page.body(), writer, true);
        if (writer.isEmpty()) {
            HtmlFlow.write(page.body(), writer, false);
        }
        return writer;
    }

    private static DecodedText decoded(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, CHARSET_WITHIN), StandardCharsets.ISO_8859_1);
        Matcher matcher = CHARSET.matcher(head);
        Charset declared = matcher.find() ? DecodedText.named(matcher.group(1)) : null;
        // A declaration that can be read byte by byte is not in UTF-16, whatever it says (HTML standard, 13.2.3.2).
        boolean wide = declared != null && declared.name().matches("(?i)UTF-(16|32).*");
        return DecodedText.of(bytes, wide ? StandardCharsets.UTF_8 : declared);
    }

    private static Metadata metadata(Document page) {
        Map<String, String> other = new HashMap<>();
        put(other, "description", meta(page, "description", "og:description"));
        put(other, "keywords", meta(page, "keywords"));
        String title = CleanText.line(page.title());
        Element html = page.selectFirst("html");
        String language = html == null ? "" : html.attr("lang").isBlank() ? html.attr("xml:lang") : html.attr("lang");
        return new Metadata(
                title.isEmpty() ? meta(page, "og:title") : title,
                meta(page, "author", "dcterms.creator", "article:author"),
                language.isBlank() ? meta(page, "content-language") : CleanText.line(language),
                Dates.instant(meta(page, "article:published_time", "dcterms.created", "date")),
                Dates.instant(meta(page, "article:modified_time", "dcterms.modified", "last-modified")),
                other);
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        if (value != null) {
            other.put(name, value);
        }
    }

    private static @Nullable String meta(Document page, String... names) {
        for (String name : names) {
            for (Element meta : page.getElementsByTag("meta")) {
                boolean named = name.equalsIgnoreCase(meta.attr("name"))
                        || name.equalsIgnoreCase(meta.attr("property"))
                        || name.equalsIgnoreCase(meta.attr("http-equiv"));
                String content = named ? CleanText.line(meta.attr("content")) : "";
                if (!content.isEmpty()) {
                    return content;
                }
            }
        }
        return null;
    }
}
