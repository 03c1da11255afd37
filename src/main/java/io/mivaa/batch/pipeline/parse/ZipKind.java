package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.parse.odf.OdfParser;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Determines the kind of a document in a ZIP archive by its first entries. */
final class ZipKind {

    private static final byte[] SIGNATURE = {'P', 'K', 3, 4};
    private static final int HEADER = 30;
    private static final int LONGEST_NAME = 512;
    private static final int LONGEST_TYPE = 100;

    /** The flag of an entry whose sizes follow its data. */
    private static final int SIZES_FOLLOW = 8;

    private ZipKind() {}

    /** @return null when the archive is no known kind of document */
    static @Nullable String of(byte[] head) {
        String declared = declared(head);
        if (declared != null) {
            return declared;
        }
        Set<String> names = names(head);
        if (!names.contains("[content_types].xml") && !names.contains("_rels/.rels")) {
            return null;
        }
        for (String name : names) {
            if (name.startsWith("word/")) {
                return OoxmlParser.WORD;
            }
            if (name.startsWith("xl/")) {
                return OoxmlParser.EXCEL;
            }
            if (name.startsWith("ppt/")) {
                return OoxmlParser.POWERPOINT;
            }
        }
        return names.contains("[content_types].xml") ? OoxmlParser.SOME_OOXML : null;
    }

    /** OpenDocument and EPUB name their media type in the first entry, which is stored without compression. */
    private static @Nullable String declared(byte[] head) {
        if (head.length < HEADER || !"mimetype".equals(name(head, 0)) || number(head, 8) != 0) {
            return null;
        }
        int start = HEADER + number(head, 26) + number(head, 28);
        int end = start;
        while (end < head.length && end < start + LONGEST_TYPE && head[end] > ' ' && !starts(head, end)) {
            end++;
        }
        String type = end <= start ? "" : new String(head, start, end - start, StandardCharsets.US_ASCII);
        return type.equals("application/epub+zip") || type.startsWith(OdfParser.PREFIX) ? type : null;
    }

    /** The names of this archive's entries. Their data is skipped, because a stored archive has entries of its own. */
    private static Set<String> names(byte[] head) {
        Set<String> names = new TreeSet<>();
        long i = 0;
        while (i + HEADER < head.length) {
            int at = (int) i;
            if (starts(head, at)) {
                names.add(name(head, at).toLowerCase(Locale.ROOT));
                i += HEADER + bytes(head, at);
            } else {
                i++;
            }
        }
        return names;
    }

    /** The length of the name, the extra fields and the data after a header; 0 when the header does not state it. */
    private static long bytes(byte[] head, int at) {
        boolean known = (number(head, at + 6) & SIZES_FOLLOW) == 0;
        long size = number(head, at + 18) | (long) number(head, at + 20) << 16;
        return known ? number(head, at + 26) + number(head, at + 28) + size : 0;
    }

    private static boolean starts(byte[] head, int at) {
        for (int i = 0; i < SIGNATURE.length; i++) {
            if (at + i >= head.length || head[at + i] != SIGNATURE[i]) {
                return false;
            }
        }
        return true;
    }

    private static String name(byte[] head, int at) {
        int length = Math.min(Math.min(number(head, at + 26), LONGEST_NAME), head.length - at - HEADER);
        return new String(head, at + HEADER, Math.max(0, length), StandardCharsets.UTF_8);
    }

    private static int number(byte[] head, int at) {
        return (head[at] & 0xFF) | (head[at + 1] & 0xFF) << 8;
    }
}
