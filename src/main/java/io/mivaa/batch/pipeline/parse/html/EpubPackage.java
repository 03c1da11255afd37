package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The package document of an EPUB: its metadata, its files and their reading order. Not thread-safe. */
final class EpubPackage {

    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> items = new HashMap<>();
    private final Set<String> navigation = new HashSet<>();
    private final List<String> spine = new ArrayList<>();

    private EpubPackage() {}

    /** @throws IOException when the archive has no package document */
    static EpubPackage read(ZipParts zip) throws IOException {
        String path = path(zip);
        EpubPackage book = new EpubPackage();
        try (XmlPart xml = new XmlPart(zip.open(path))) {
            while (xml.next()) {
                if (xml.isStart()) {
                    book.add(xml, path);
                }
            }
        }
        return book;
    }

    private static String path(ZipParts zip) throws IOException {
        try (XmlPart xml = new XmlPart(zip.open("META-INF/container.xml"))) {
            while (xml.next()) {
                if (xml.starts("rootfile")) {
                    return xml.attribute("full-path", "");
                }
            }
        }
        throw new IOException("no package document");
    }

    private void add(XmlPart xml, String path) throws IOException {
        switch (xml.name()) {
            case "item" -> addItem(xml, path);
            case "itemref" -> spine.add(xml.attribute("idref", ""));
            case "title", "creator", "language", "date", "description", "subject", "publisher" -> addValue(xml);
            default -> {}
        }
    }

    private void addItem(XmlPart xml, String path) {
        String id = xml.attribute("id", "");
        items.put(id, ZipParts.resolve(path, decoded(xml.attribute("href", ""))));
        if (xml.attribute("properties", "").matches("(?:.*\\s)?nav(?:\\s.*)?")) {
            navigation.add(id);
        }
    }

    private void addValue(XmlPart xml) throws IOException {
        String name = xml.name();
        String value = CleanText.line(xml.textWithin());
        if (!value.isEmpty()) {
            values.putIfAbsent(name, value);
        }
    }

    /** A URL without its percent-encoding; unchanged when that is damaged. */
    static String decoded(String href) {
        try {
            return URLDecoder.decode(href.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return href;
        }
    }

    /** The names of the chapters' parts in reading order, without the table of contents. */
    List<String> chapters() {
        return spine.stream()
                .filter(id -> !navigation.contains(id))
                .map(items::get)
                .filter(Objects::nonNull)
                .toList();
    }

    Metadata metadata() {
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
