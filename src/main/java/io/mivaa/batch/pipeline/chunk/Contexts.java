package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the context that is embedded before a chunk's text: the headings above it, and the header row of a table that
 * began in an earlier chunk. Not thread-safe: one per document.
 */
final class Contexts {

    private static final String STEP = " > ";

    private final String text;
    private final Budget budget;
    private final boolean given;
    private final Map<List<String>, String> paths = new HashMap<>();
    private final Map<Integer, String> headerRows = new HashMap<>();
    private final Map<String, Integer> lengths = new HashMap<>();

    private Contexts(String text, Budget budget, boolean given) {
        this.text = text;
        this.budget = budget;
        this.given = given;
    }

    static Contexts of(String text, Budget budget) {
        return new Contexts(text, budget, true);
    }

    /** Empty contexts, for chunkers whose chunks are embedded without one. */
    static Contexts none(String text, Budget budget) {
        return new Contexts(text, budget, false);
    }

    /** How much of its context a chunk has. */
    enum Extent {
        FULL,
        HEADINGS,
        NONE;

        /**
         * @throws IllegalStateException if there is no smaller extent: a single character exceeds the limit of a chunk
         */
        Extent less() {
            return switch (this) {
                case FULL -> HEADINGS;
                case HEADINGS -> NONE;
                case NONE -> throw new IllegalStateException("a single character has more tokens than maxTokens");
            };
        }
    }

    /** The context of a chunk that starts at this offset, in this block, below these headings. */
    String at(List<RagDocument.Heading> path, Block block, int start, Extent extent) {
        if (!given || extent == Extent.NONE) {
            return "";
        }
        String headings = paths.computeIfAbsent(labels(path, start), this::line);
        boolean insideTable = block.kind() == Block.Kind.TABLE && start > block.start();
        return insideTable && extent == Extent.FULL
                ? headings + headerRows.computeIfAbsent(block.start(), any -> headerRow(block))
                : headings;
    }

    /** The tokens available for a text that starts at this offset, beside its full context. */
    int roomAt(List<RagDocument.Heading> path, Block block, int start) {
        return budget.roomBeside(tokens(at(path, block, start, Extent.FULL)));
    }

    /** The tokens available for the text of a chunk that starts with this piece. */
    int roomAt(Piece piece) {
        return roomAt(piece.path(), piece.block(), piece.start());
    }

    private int tokens(String context) {
        return context.isEmpty() ? 0 : lengths.computeIfAbsent(context, budget::tokens);
    }

    /** The texts of the headings of a path that start before an offset. */
    static List<String> labels(List<RagDocument.Heading> path, int before) {
        return path.stream()
                .filter(heading -> heading.start() < before)
                .map(RagDocument.Heading::text)
                .filter(label -> !label.isEmpty())
                .toList();
    }

    /** At most a quarter of the budget. Removes whole headings from the left if it is longer, then words. */
    private String line(List<String> labels) {
        int limit = budget.maxTokens() / 4;
        for (int from = 0; from < labels.size(); from++) {
            String line = String.join(STEP, labels.subList(from, labels.size()));
            if (budget.tokens(line) <= limit) {
                return line + "\n";
            }
        }
        return labels.isEmpty() ? "" : lastWords(labels.get(labels.size() - 1), limit);
    }

    private String lastWords(String label, int limit) {
        for (int space = label.indexOf(' '); space >= 0; space = label.indexOf(' ', space + 1)) {
            String words = label.substring(space + 1);
            if (budget.tokens(words) <= limit) {
                return words + "\n";
            }
        }
        return "";
    }

    /** Empty when the table has no header row, or it would leave less than half of the budget for rows. */
    private String headerRow(Block block) {
        Table table = block.table();
        if (table == null || table.headers().isEmpty()) {
            return "";
        }
        String row = text.substring(block.start(), block.end())
                .lines()
                .limit(2)
                .filter(line -> table.headers().stream().allMatch(line::contains))
                .findFirst()
                .orElse(String.join(" | ", table.headers()))
                .strip();
        return budget.tokens(row) <= budget.maxTokens() / 2 ? row + "\n" : "";
    }
}
