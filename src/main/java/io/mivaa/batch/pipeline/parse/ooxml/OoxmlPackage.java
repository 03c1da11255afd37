package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of an Office file and how they refer to each other (ECMA-376 part 2). */
record OoxmlPackage(ZipParts zip) {

    /**
     * A reference to another part.
     *
     * @param type the last step of the relationship's type, for example {@code hyperlink}
     * @param target a part's name, or an address when it leads outside
     */
    record Relation(String type, String target, boolean external) {}

    /** The name of the part that everything else hangs on. */
    String main() throws IOException {
        for (Relation relation : relations("").values()) {
            if (relation.type.equals("officeDocument")) {
                return relation.target.toLowerCase(Locale.ROOT);
            }
        }
        throw new IOException("no main part");
    }

    /** Of a part, by id. */
    Map<String, Relation> relations(String part) throws IOException {
        int slash = part.lastIndexOf('/') + 1;
        Map<String, Relation> relations = new LinkedHashMap<>();
        try (XmlPart xml = find(part.substring(0, slash) + "_rels/" + part.substring(slash) + ".rels")) {
            while (xml != null && xml.next()) {
                String target = xml.isStart() ? xml.attribute("Target") : null;
                if (target != null && xml.starts("Relationship")) {
                    boolean external = xml.attribute("TargetMode", "").equals("External");
                    String type = xml.attribute("Type", "");
                    relations.put(
                            xml.attribute("Id", ""),
                            new Relation(
                                    type.substring(type.lastIndexOf('/') + 1),
                                    external ? target : ZipParts.resolve(part, target),
                                    external));
                }
            }
        }
        return relations;
    }

    /** The first part that one refers to by this type. */
    @Nullable
    String related(String part, String type) throws IOException {
        for (Relation relation : relations(part).values()) {
            if (relation.type.equals(type) && !relation.external && zip.has(relation.target)) {
                return relation.target;
            }
        }
        return null;
    }

    XmlPart open(String part) throws IOException {
        return new XmlPart(zip.open(part));
    }

    @Nullable
    XmlPart find(String part) throws IOException {
        InputStream in = zip.find(part);
        return in == null ? null : new XmlPart(in);
    }

    /** What cannot be read of it is missing. */
    Metadata metadata() {
        Map<String, String> values = new HashMap<>();
        try (XmlPart xml = find("docProps/core.xml")) {
            while (xml != null && xml.next()) {
                if (xml.isStart() && xml.depth() == 2) {
                    String name = xml.name();
                    String value = CleanText.line(xml.textWithin());
                    if (!value.isEmpty()) {
                        values.putIfAbsent(name, value);
                    }
                }
            }
        } catch (IOException e) {
            // a document is worth reading without them
        }
        Map<String, String> other = new HashMap<>(values);
        other.keySet().retainAll(java.util.Set.of("subject", "keywords", "description", "category", "lastModifiedBy"));
        return new Metadata(
                values.get("title"),
                values.get("creator"),
                values.get("language"),
                Dates.instant(values.get("created")),
                Dates.instant(values.get("modified")),
                other);
    }
}
