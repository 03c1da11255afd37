package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Electronic books: the chapters in the order of their spine (EPUB 3.3), each read as the page of HTML that it is. */
public final class EpubParser implements Parser {

    private final ContainerSettings settings;

    public EpubParser(ContainerSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("application/epub+zip");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return Guarded.read(source, "EPUB", () -> {
            try (ZipParts zip = ZipParts.open(source, settings)) {
                return read(zip, limits);
            }
        });
    }

    /** What the package document says. */
    private record Book(
            Map<String, String> values, Map<String, String> items, Set<String> navigation, List<String> spine) {}

    private static ParsedDocument read(ZipParts zip, ParseLimits limits) throws IOException {
        String opf = packageOf(zip);
        Book book = book(zip, opf);
        Set<String> encrypted = encrypted(zip);
        MarkdownWriter writer = new MarkdownWriter(limits);
        List<Warning> warnings = new ArrayList<>();
        for (String id : book.spine) {
            String part = book.items.get(id);
            if (part == null || book.navigation.contains(id)) {
                continue;
            }
            if (encrypted.contains(part)) {
                throw Guarded.encrypted("EPUB");
            }
            if (!zip.has(part)) {
                warnings.add(new Warning("missing-part", "A chapter that the book names is not in it."));
                continue;
            }
            SourceBytes.checkCancelled();
            Document chapter = Jsoup.parse(
                    CleanText.normalised(DecodedText.of(zip.bytes(part)).text()));
            HtmlFlow.write(chapter.body(), writer, false);
        }
        return writer.finish(metadata(book.values), null, warnings);
    }

    private static String packageOf(ZipParts zip) throws IOException {
        try (XmlPart xml = new XmlPart(zip.open("META-INF/container.xml"))) {
            while (xml.next()) {
                if (xml.starts("rootfile")) {
                    return xml.attribute("full-path", "");
                }
            }
        }
        throw new IOException("no package document");
    }

    private static Book book(ZipParts zip, String opf) throws IOException {
        Book book = new Book(new HashMap<>(), new HashMap<>(), new HashSet<>(), new ArrayList<>());
        try (XmlPart xml = new XmlPart(zip.open(opf))) {
            while (xml.next()) {
                if (!xml.isStart()) {
                    continue;
                }
                switch (xml.name()) {
                    case "item" -> {
                        String id = xml.attribute("id", "");
                        book.items.put(id, ZipParts.resolve(opf, decoded(xml.attribute("href", ""))));
                        if (xml.attribute("properties", "").matches("(?:.*\\s)?nav(?:\\s.*)?")) {
                            book.navigation.add(id);
                        }
                    }
                    case "itemref" -> book.spine.add(xml.attribute("idref", ""));
                    case "title", "creator", "language", "date", "description", "subject", "publisher" -> {
                        String name = xml.name();
                        String value = CleanText.line(xml.textWithin());
                        if (!value.isEmpty()) {
                            book.values.putIfAbsent(name, value);
                        }
                    }
                    default -> {}
                }
            }
        }
        return book;
    }

    private static String decoded(String href) {
        try {
            return URLDecoder.decode(href.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return href;
        }
    }

    /** Fonts are often scrambled, which is no reason not to read the text. */
    private static Set<String> encrypted(ZipParts zip) throws IOException {
        Set<String> parts = new HashSet<>();
        InputStream in = zip.find("META-INF/encryption.xml");
        if (in != null) {
            try (XmlPart xml = new XmlPart(in)) {
                while (xml.next()) {
                    if (xml.starts("CipherReference")) {
                        parts.add(decoded(xml.attribute("URI", "")));
                    }
                }
            }
        }
        return parts;
    }

    private static Metadata metadata(Map<String, String> values) {
        Map<String, String> other = new HashMap<>(values);
        other.keySet().retainAll(Set.of("description", "subject", "publisher"));
        return new Metadata(
                values.get("title"),
                values.get("creator"),
                values.get("language"),
                Dates.instant(values.get("date")),
                null,
                other);
    }
}
