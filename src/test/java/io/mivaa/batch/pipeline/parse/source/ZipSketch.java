package io.mivaa.batch.pipeline.parse.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.util.unit.DataSize;

/** Writes small archives, and the parts that Office documents need around what a test is about. */
public final class ZipSketch {

    public static final ContainerSettings SETTINGS =
            new ContainerSettings(DataSize.ofMegabytes(16), 250, 1000, 100_000, 5, 1);

    private static final String RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final StringBuilder relations = new StringBuilder();

    public ZipSketch with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public ZipSketch with(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    public static ZipSketch ooxml(String main) {
        return new ZipSketch()
                .with("[Content_Types].xml", "<Types/>")
                .with("_rels/.rels", relationships(relationship("rId1", "officeDocument", main)))
                .with(
                        "docProps/core.xml",
                        "<c:coreProperties xmlns:c='c' xmlns:dc='d' xmlns:t='t'><dc:title>A title</dc:title>"
                                + "<dc:creator>A. Potter</dc:creator><dc:language>en-GB</dc:language>"
                                + "<t:created>2024-01-02T03:04:05Z</t:created></c:coreProperties>");
    }

    /** Of the main part, or wherever {@link #relations} puts it. */
    public ZipSketch related(String id, String type, String target) {
        relations.append(relationship(id, type, target));
        return this;
    }

    public ZipSketch relations(String name) {
        with(name, relationships(relations.toString()));
        relations.setLength(0);
        return this;
    }

    static String relationship(String id, String type, String target) {
        String mode = target.contains("://") ? " TargetMode='External'" : "";
        return "<Relationship Id='" + id + "' Type='" + RELATIONS + "/" + type + "' Target='" + target + "'" + mode
                + "/>";
    }

    static String relationships(String content) {
        return "<Relationships xmlns='r'>" + content + "</Relationships>";
    }

    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setTime(0);
                if (entry.getKey().equals("mimetype")) {
                    stored(header, entry.getValue());
                }
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void stored(ZipEntry header, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        header.setMethod(ZipEntry.STORED);
        header.setSize(content.length);
        header.setCrc(crc.getValue());
    }
}
