package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Source;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a document that is a ZIP archive. A part is inflated as it is read, and no part is held in memory as a
 * whole. The inflated bytes of all parts are counted, so a decompression bomb is stopped early. Not thread-safe.
 */
public final class ZipParts implements Closeable {

    private final ZipFile zip;
    private final Inflation inflation;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
    private Decoder decoder = (name, in) -> in;

    /** Decodes the bytes of parts, for example decrypts them. */
    @FunctionalInterface
    public interface Decoder {

        /** @param name of the part, as {@link #key} returns it */
        InputStream decode(String name, InputStream in) throws IOException;
    }

    private ZipParts(ZipFile zip, ContainerSettings settings) {
        this.zip = zip;
        this.inflation = new Inflation(settings);
    }

    /**
     * Opens the archive and reads its directory.
     *
     * @throws IOException when it is not a readable archive
     * @throws Rejected with {@code too-many-parts}
     */
    public static ZipParts open(Source source, ContainerSettings settings) throws IOException {
        ZipFile zip = new ZipFile(source.file().toFile());
        if (zip.size() > settings.maxEntries()) {
            zip.close();
            throw new Rejected(
                    "too-many-parts",
                    "The document is an archive with more entries than the limit of " + settings.maxEntries() + ".");
        }
        ZipParts parts = new ZipParts(zip, settings);
        for (ZipEntry entry : Collections.list(zip.entries())) {
            parts.entries.putIfAbsent(key(entry.getName()), entry);
        }
        return parts;
    }

    /** The form in which names are compared: in lower case, without a leading slash (ECMA-376 part 2, 6.2.2.3). */
    public static String key(String name) {
        String slashes = name.replace('\\', '/');
        return (slashes.startsWith("/") ? slashes.substring(1) : slashes).toLowerCase(Locale.ROOT);
    }

    public boolean has(String name) {
        return entries.containsKey(key(name));
    }

    /** Passes all parts that are opened from now on through this decoder. */
    public void decoding(Decoder by) {
        decoder = by;
    }

    /** @return null when there is no such part */
    @Nullable
    public InputStream find(String name) throws IOException {
        ZipEntry entry = entries.get(key(name));
        InputStream in = entry == null ? null : zip.getInputStream(entry);
        return in == null || entry == null
                ? null
                : inflation.counted(decoder.decode(key(name), in), entry.getCompressedSize());
    }

    /** @throws IOException when there is no such part, which means that the document is damaged */
    public InputStream open(String name) throws IOException {
        InputStream in = find(name);
        if (in == null) {
            throw new IOException("a part is missing");
        }
        return in;
    }

    /** @throws IOException when there is no such part */
    public byte[] bytes(String name) throws IOException {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        }
    }

    /** Resolves a relative reference in a part, for example {@code ../media/a.png} in {@code ppt/slides/b.xml}. */
    public static String resolve(String from, String reference) {
        if (reference.startsWith("/")) {
            return reference.substring(1);
        }
        String path = from.substring(0, from.lastIndexOf('/') + 1);
        for (String step : reference.split("/", -1)) {
            if (step.equals("..")) {
                int above = path.lastIndexOf('/', path.length() - 2);
                path = path.substring(0, above + 1);
            } else if (!step.equals(".")) {
                path += step + "/";
            }
        }
        return path.isEmpty() ? "" : path.substring(0, path.length() - 1);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
