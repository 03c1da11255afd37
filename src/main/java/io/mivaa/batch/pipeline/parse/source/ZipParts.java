package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Source;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a document that is a ZIP archive, each inflated as it is read and none held whole. What is inflated is
 * counted over all parts, so a bomb ends as soon as it is one. Not thread-safe.
 */
public final class ZipParts implements Closeable {

    private static final long RATIO_COUNTS_FROM = 1 << 20;

    private final ZipFile zip;
    private final ContainerSettings settings;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
    private Decoder decoder = (name, in) -> in;
    private long inflated;

    /** Makes of the bytes of a part what they stand for; the name is a key. */
    @FunctionalInterface
    public interface Decoder {
        InputStream decode(String name, InputStream in) throws IOException;
    }

    private ZipParts(ZipFile zip, ContainerSettings settings) {
        this.zip = zip;
        this.settings = settings;
    }

    /**
     * @throws IOException when it is no archive that can be read
     * @throws Rejected with {@code too-many-parts}
     */
    public static ZipParts open(Source source, ContainerSettings settings) throws IOException {
        ZipFile zip = new ZipFile(source.file().toFile());
        if (zip.size() > settings.maxEntries()) {
            zip.close();
            throw new Rejected(
                    "too-many-parts",
                    "The document is an archive of more entries than the limit of " + settings.maxEntries() + ".");
        }
        ZipParts parts = new ZipParts(zip, settings);
        for (ZipEntry entry : Collections.list(zip.entries())) {
            parts.entries.putIfAbsent(key(entry.getName()), entry);
        }
        return parts;
    }

    /** Names are compared without case and leading slash: ECMA-376 part 2, 6.2.2.3. */
    public static String key(String name) {
        String slashes = name.replace('\\', '/');
        return (slashes.startsWith("/") ? slashes.substring(1) : slashes).toLowerCase(Locale.ROOT);
    }

    /** In lower case, in the order of the archive. */
    Set<String> names() {
        return entries.keySet();
    }

    public boolean has(String name) {
        return entries.containsKey(key(name));
    }

    /** From now on parts come out of it. */
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
                : new Counted(decoder.decode(key(name), in), Math.max(1, entry.getCompressedSize()));
    }

    /** @throws IOException when there is no such part: the document is damaged */
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

    /** Where a relative reference of a part leads, for example {@code ../media/a.png} of {@code ppt/slides/b.xml}. */
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

    private final class Counted extends FilterInputStream {
        private final long compressed;
        private long bytes;

        Counted(InputStream in, long compressed) {
            super(in);
            this.compressed = compressed;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) {
            bytes += read;
            inflated += read;
            boolean bomb = bytes > RATIO_COUNTS_FROM && bytes / compressed > settings.maxRatio();
            if (bomb || inflated > settings.maxInflated().toBytes()) {
                throw new Rejected(
                        "decompression-limit",
                        "The document decompresses to more than is allowed, in all or in relation to its size.");
            }
        }
    }
}
