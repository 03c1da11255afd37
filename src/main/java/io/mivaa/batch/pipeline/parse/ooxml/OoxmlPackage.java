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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of an Office file and how they refer to each other (ECMA-376 part 2). */
record OoxmlPackage(ZipParts zip) {

    /**
     * A reference to another part.
     *
     * @param type the last segment of the relationship's type, for example {@code hyperlink}
     * @param target the name of a part, or an address when it is external
     */
    record Relation(String type, String target, boolean external) {}

    /** The name of the part that refers to all others. */
    String main() throws IOException {
        for (Relation relation : relations("").values()) {
            if (relation.type.equals("officeDocument")) {
                return relation.target.toLowerCase(Locale.ROOT);
            }
        }
        throw new IOException("no main part");
    }

    /** The relations of a part, by id. */
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

    /** The address of an external relation; null when there is no such relation or it is internal. */
    static @Nullable String address(Map<String, Relation> relations, String id) {
        Relation relation = relations.get(id);
        return relation != null && relation.external ? relation.target : null;
    }

    /** The first part that this part refers to with this type; null when there is none. */
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

    /** @return null when there is no such part */
    @Nullable
    XmlPart find(String part) throws IOException {
        InputStream in = zip.find(part);
        return in == null ? null : new XmlPart(in);
    }

    /** The metadata of the document, as far as it can be read. */
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
            // the document is worth reading without its metadata
        }
        Map<String, String> other = new HashMap<>(values);
        other.keySet().retainAll(Set.of("subject", "keywords", "description", "category", "lastModifiedBy"));
        return new Metadata(
                values.get("title"),
                values.get("creator"),
                values.get("language"),
                Dates.instant(values.get("created")),
                Dates.instant(values.get("modified")),
                other);
    }
}
