package io.mivaa.batch.pipeline.parse.pdf.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Joins the pieces that lines are drawn in, and groups the lines that could form one grid. */
final class PdfRulingGroups {

    private static final int MOST_LINES = 1500;
    private static final int FEWEST_LINES = 4;

    /** Pieces of one line differ in height by at most this many points, from one to the next and over all. */
    private static final float NEXT = 1;

    private static final float OVER_ALL = 2;

    private PdfRulingGroups() {}

    /** Joins the pieces of each line. */
    static List<PdfRuling> joined(List<PdfRuling> rulings) {
        List<PdfRuling> joined = new ArrayList<>();
        join(rulings.stream().filter(PdfRuling::level).toList(), joined);
        join(rulings.stream().filter(line -> !line.level()).toList(), joined);
        return joined;
    }

    private static void join(List<PdfRuling> parallel, List<PdfRuling> joined) {
        List<PdfRuling> sorted = new ArrayList<>(parallel);
        sorted.sort(Comparator.comparingDouble(PdfRuling::at));
        int from = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            if (i == sorted.size()
                    || sorted.get(i).at() - sorted.get(i - 1).at() > NEXT
                    || sorted.get(i).at() - sorted.get(from).at() > OVER_ALL) {
                joinPieces(sorted.subList(from, i), joined);
                from = i;
            }
        }
    }

    private static void joinPieces(List<PdfRuling> sameHeight, List<PdfRuling> joined) {
        List<PdfRuling> sorted = new ArrayList<>(sameHeight);
        sorted.sort(Comparator.comparingDouble(PdfRuling::from));
        PdfRuling open = sorted.get(0);
        for (PdfRuling next : sorted.subList(1, sorted.size())) {
            if (next.from() - open.to() <= PdfRuling.TOUCHING) {
                open = new PdfRuling(open.level(), open.at(), open.from(), Math.max(open.to(), next.to()));
            } else {
                joined.add(open);
                open = next;
            }
        }
        joined.add(open);
    }

    /** Groups of lines that meet each other, directly or through others, from the top of the page. */
    static List<List<PdfRuling>> connected(List<PdfRuling> lines) {
        if (lines.size() > MOST_LINES) {
            return List.of();
        }
        PdfGroups groups = new PdfGroups(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            for (int j = i + 1; j < lines.size(); j++) {
                if (lines.get(i).meets(lines.get(j))) {
                    groups.join(i, j);
                }
            }
        }
        return members(groups, lines).values().stream()
                .filter(group -> group.size() >= FEWEST_LINES)
                .sorted(Comparator.comparingDouble(PdfRulingGroups::top))
                .toList();
    }

    private static Map<Integer, List<PdfRuling>> members(PdfGroups groups, List<PdfRuling> lines) {
        Map<Integer, List<PdfRuling>> members = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            members.computeIfAbsent(groups.of(i), group -> new ArrayList<>()).add(lines.get(i));
        }
        return members;
    }

    private static double top(List<PdfRuling> lines) {
        return lines.stream().mapToDouble(PdfRuling::at).min().orElse(0);
    }
}
