package io.mivaa.batch.pipeline.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** How much two Markdown texts are alike, each measure from 0 to 1. */
final class Similarity {

    private static final Pattern SYNTAX = Pattern.compile("(?m)^#{1,6} |^ *[-*+] |^```.*$|\\|| -{3,}|\\*\\*|<!--.*?-->|`");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final double SAME = 0.9;

    private Similarity() {}

    /** 1 − insertions and deletions ÷ both lengths, without the signs of Markdown, white space made one. */
    static double text(String a, String b) {
        return indel(plain(a), plain(b));
    }

    /** The same with the signs of Markdown. */
    static double markdown(String a, String b) {
        return indel(spaced(a), spaced(b));
    }

    /** F1 of headings that say the same, whatever their level; NaN when the reference has none. */
    static double headings(String reference, String ours) {
        List<String> wanted = headings(reference);
        if (wanted.isEmpty()) {
            return Double.NaN;
        }
        List<String> open = new ArrayList<>(headings(ours));
        int all = open.size();
        int hits = 0;
        for (String heading : wanted) {
            int best = best(heading, open);
            if (best >= 0 && indel(heading, open.get(best)) >= SAME) {
                open.remove(best);
                hits++;
            }
        }
        return hits == 0 ? 0 : 2.0 * hits / (wanted.size() + all);
    }

    /** Each table of the reference beside the one most like it, over the larger number of tables; NaN without. */
    static double tables(String reference, String ours) {
        List<String> wanted = tables(reference);
        if (wanted.isEmpty()) {
            return Double.NaN;
        }
        List<String> open = new ArrayList<>(tables(ours));
        int most = Math.max(wanted.size(), open.size());
        double sum = 0;
        for (String table : wanted) {
            int best = best(table, open);
            if (best >= 0) {
                sum += indel(table, open.remove(best));
            }
        }
        return sum / most;
    }

    private static int best(String text, List<String> among) {
        int best = -1;
        double most = -1;
        for (int i = 0; i < among.size(); i++) {
            double alike = indel(text, among.get(i));
            if (alike > most) {
                most = alike;
                best = i;
            }
        }
        return best;
    }

    private static List<String> headings(String markdown) {
        return markdown.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> spaced(line.replaceFirst("^#+", "")).toLowerCase(java.util.Locale.ROOT))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Rows with their cells apart, without the line under the header. */
    private static List<String> tables(String markdown) {
        List<String> tables = new ArrayList<>();
        StringBuilder table = new StringBuilder();
        for (String line : (markdown + "\n").split("\n", -1)) {
            if (line.startsWith("|")) {
                if (!line.matches("[|\\s:-]+")) {
                    table.append(line.replaceAll("\\s*\\|\\s*", "|")).append('\n');
                }
            } else if (!table.isEmpty()) {
                tables.add(table.toString());
                table.setLength(0);
            }
        }
        return tables;
    }

    private static String plain(String markdown) {
        return spaced(SYNTAX.matcher(markdown.replace("\\|", " ").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")).replaceAll(" "));
    }

    private static String spaced(String text) {
        return SPACE.matcher(text).replaceAll(" ").strip();
    }

    private static double indel(String a, String b) {
        int both = a.length() + b.length();
        return both == 0 ? 1 : 2.0 * common(a, b) / both;
    }

    /** Length of the longest common subsequence; bit-parallel, Hyyrö 2004. */
    private static int common(String a, String b) {
        int words = (a.length() + 63) / 64;
        Map<Character, long[]> places = new HashMap<>();
        for (int i = 0; i < a.length(); i++) {
            places.computeIfAbsent(a.charAt(i), c -> new long[words])[i / 64] |= 1L << (i % 64);
        }
        long[] rest = new long[words];
        java.util.Arrays.fill(rest, -1L);
        long[] none = new long[words];
        for (int j = 0; j < b.length(); j++) {
            long[] match = places.getOrDefault(b.charAt(j), none);
            long carry = 0;
            for (int w = 0; w < words; w++) {
                long u = rest[w] & match[w];
                long sum = rest[w] + u;
                long over = Long.compareUnsigned(sum, u) < 0 ? 1 : 0;
                long total = sum + carry;
                over |= carry != 0 && total == 0 ? 1 : 0;
                rest[w] = total | (rest[w] & ~match[w]);
                carry = over;
            }
        }
        int length = 0;
        for (int i = 0; i < a.length(); i++) {
            length += (rest[i / 64] >>> (i % 64) & 1) == 0 ? 1 : 0;
        }
        return length;
    }
}
