package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.document.Chunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Fills chunks with the pieces of one section, first come first served, and splits only what does not fit into a
 * chunk of its own. Ends for every input: each round either moves a piece into a finished chunk or replaces one by
 * smaller ones. One per section.
 */
final class Packer {

    private final Budget budget;
    private final Contexts contexts;
    private final Splitter splitter;
    private final Assembly assembly;
    private final ChunkingOptions options;
    private final int enough;

    private final Deque<Piece> waiting = new ArrayDeque<>();

    /** The chunk being filled: its pieces, and where its text starts, overlap included. */
    private List<Piece> taken = List.of();

    private int start;

    /** @param enough a chunk takes no further piece that brings it over so many tokens, unless it is shorter than wanted */
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

    /** A book takes seconds, and whoever waits for it may give up. */
    private static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("Chunking was interrupted");
        }
    }

    /** Starts a chunk with its first piece and the overlap that still fits. */
    private int open() {
        Piece first = firstThatFits();
        int room = contexts.roomAt(first);
        int overlap = Math.min(options.overlapTokens(), room - first.tokens());
        start = overlapStart(overlap, first.start());
        taken = new ArrayList<>(List.of(first));
        return room - (start < first.start() ? assembly.tokens(start, first.start()) : 0);
    }

    /** Where at most so many tokens are repeated, the white space between pieces counted too. */
    private int overlapStart(int overlap, int first) {
        int wanted = taken.isEmpty() ? 0 : overlap;
        while (wanted > 0) {
            int reached = reachBack(taken, wanted, start, first);
            int excess = assembly.tokens(reached, first) - overlap;
            if (excess <= 0) {
                return reached;
            }
            wanted -= excess;
        }
        return first;
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

    /** A piece too long for any chunk is split; and any piece, where it can be, so that no heading stays alone. */
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

    /** Gives pieces back when the next chunk would be the section's last and shorter than wanted. */
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
     * Finishes the chunk, after making sure that it is not too long: token counts need not add up, and a row that is
     * not to be torn may leave no room for its context.
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

    /** @return false when the chunk cannot become shorter without tearing what has a chance to fit */
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

    /**
     * Where a chunk must start to repeat at most so many tokens of the pieces before it, at a boundary that means
     * something: of a block, a sentence, a row or a word.
     *
     * @param floor the chunk must start after this
     * @param from where it starts when nothing can be repeated
     */
    private int reachBack(List<Piece> before, int tokens, int floor, int from) {
        int reached = from;
        int left = tokens;
        for (int i = before.size() - 1; i >= 0; i--) {
            Piece piece = before.get(i);
            if (piece.tokens() > left || piece.start() <= floor) {
                return reached < from ? reached : reachBack(splitter.meaningfulParts(piece), left, floor, from);
            }
            reached = piece.start();
            left -= piece.tokens();
        }
        return reached;
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
