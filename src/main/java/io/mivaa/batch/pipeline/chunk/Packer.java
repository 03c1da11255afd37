package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.document.Chunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Fills chunks with the pieces of one section, in order, and splits only pieces that do not fit into a chunk of their
 * own. Terminates for every input: each round either moves a piece into a finished chunk or replaces one by smaller
 * ones. Not thread-safe: one per section.
 */
final class Packer {

    private final Budget budget;
    private final Contexts contexts;
    private final Splitter splitter;
    private final Assembly assembly;
    private final Overlap overlap;
    private final ChunkingOptions options;
    private final int enough;

    private final Deque<Piece> waiting = new ArrayDeque<>();

    /** The pieces of the current chunk. Until it is opened, those of the chunk before. */
    private List<Piece> taken = List.of();

    /** Where the text of that chunk starts, overlap included. */
    private int start;

    /**
     * @param enough a chunk that has its minimum takes no further piece that would make it longer than this, in tokens
     */
    Packer(
            Budget budget,
            Contexts contexts,
            Splitter splitter,
            Assembly assembly,
            ChunkingOptions options,
            int enough) {
        this.budget = budget;
        this.contexts = contexts;
        this.splitter = splitter;
        this.assembly = assembly;
        this.overlap = new Overlap(splitter, assembly);
        this.options = options;
        this.enough = enough;
    }

    void pack(List<Piece> section, List<Chunk> chunks) {
        waiting.addAll(section);
        while (!waiting.isEmpty()) {
            stopIfInterrupted();
            int room = open();
            fill(room);
            leaveEnoughForTheLast();
            close(chunks);
        }
    }

    /** Chunking a book takes seconds, and its job may be cancelled in the meantime. */
    private static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("Chunking was interrupted");
        }
    }

    /** Starts a chunk with its first piece and the overlap that fits; returns the room for pieces, in tokens. */
    private int open() {
        Piece first = firstThatFits();
        int room = contexts.roomAt(first);
        start = overlap.start(taken, start, Math.min(options.overlapTokens(), room - first.tokens()), first.start());
        taken = new ArrayList<>(List.of(first));
        return room - (start < first.start() ? assembly.tokens(start, first.start()) : 0);
    }

    private Piece firstThatFits() {
        while (true) {
            Piece first = waiting.remove();
            List<Piece> parts = first.tokens() <= contexts.roomAt(first) ? List.of() : splitter.neededParts(first);
            if (parts.isEmpty()) {
                return first;
            }
            putBack(parts);
        }
    }

    private void fill(int room) {
        int left = room - taken.get(0).tokens();
        while (!waiting.isEmpty()) {
            Piece next = waiting.element();
            if (isEnough(room - left, next)) {
                return;
            }
            if (next.tokens() <= left && next.end() - start <= budget.maxCharacters()) {
                taken.add(waiting.remove());
                left -= next.tokens();
            } else if (!splitNext(next)) {
                return;
            }
        }
    }

    private boolean isEnough(int used, Piece next) {
        return used >= options.minTokens() && used > enough - next.tokens() && !next.isTorn() && !onlyHeadings(taken);
    }

    /** Splits a piece that is too long for any chunk; splits any piece if the current chunk has only headings. */
    private boolean splitNext(Piece next) {
        List<Piece> parts = List.of();
        if (next.tokens() > contexts.roomAt(next)) {
            parts = splitter.neededParts(next);
        } else if (onlyHeadings(taken)) {
            parts = splitter.meaningfulParts(next);
        }
        if (!parts.isEmpty()) {
            waiting.remove();
            putBack(parts);
        }
        return !parts.isEmpty();
    }

    /** Gives pieces back if the next chunk would be the section's last and below the minimum. */
    private void leaveEnoughForTheLast() {
        int remaining = 0;
        for (Piece piece : waiting) {
            remaining += piece.tokens();
            if (remaining >= options.minTokens()) {
                return;
            }
        }
        int keep = taken.size();
        while (remaining > 0 && remaining < options.minTokens() && keep > 1) {
            keep--;
            remaining += taken.get(keep).tokens();
        }
        if (keep < taken.size() && balanced(keep, remaining)) {
            while (taken.size() > keep) {
                giveBackLast();
            }
        }
    }

    private boolean balanced(int keep, int remaining) {
        List<Piece> kept = taken.subList(0, keep);
        return remaining >= options.minTokens()
                && remaining <= contexts.roomAt(taken.get(keep))
                && kept.stream().mapToInt(Piece::tokens).sum() >= options.minTokens()
                && !onlyHeadings(kept);
    }

    /**
     * Finishes the chunk, and first shortens it if it is too long: token counts of pieces need not add up, and a table
     * row that must not be split may leave no room for its context.
     */
    private void close(List<Chunk> chunks) {
        Contexts.Extent extent = Contexts.Extent.FULL;
        while (!taken.isEmpty()) {
            int end = taken.get(taken.size() - 1).end();
            Chunk chunk = assembly.chunk(chunks.size(), start, end, extent);
            if (chunk.tokens() <= budget.maxTokens()) {
                chunks.add(chunk);
                return;
            }
            if (!shrink()) {
                extent = extent.less();
            }
        }
    }

    /** @return false when the chunk can only become shorter by splitting a piece that may fit with less context */
    private boolean shrink() {
        Piece first = taken.get(0);
        if (taken.size() > 1) {
            giveBackLast();
            return true;
        }
        if (start < first.start()) {
            start = first.start();
            return true;
        }
        List<Piece> parts = splitter.neededParts(first);
        if (!parts.isEmpty()) {
            taken = List.of();
            putBack(parts);
        }
        return !parts.isEmpty();
    }

    private void giveBackLast() {
        waiting.addFirst(taken.remove(taken.size() - 1));
    }

    private void putBack(List<Piece> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            waiting.addFirst(parts.get(i));
        }
    }

    private static boolean onlyHeadings(List<Piece> pieces) {
        return pieces.stream().allMatch(Piece::isHeading);
    }
}
