package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Outline;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Finds the sections of a document, whose pieces may share a chunk. */
final class Sections {

    private Sections() {}

    /**
     * The same document with blocks that cover the whole text. Text between blocks becomes a paragraph, blank blocks
     * are removed, and no block starts or ends with white space or inside a surrogate pair.
     */
    static ParsedDocument complete(ParsedDocument document) {
        String text = document.text();
        List<Block> blocks = new ArrayList<>();
        int last = 0;
        for (Block block : document.blocks()) {
            int start = outsidePair(text, block.start());
            int end = outsidePair(text, block.end());
            add(blocks, text, last, start, Sections::paragraph);
            add(blocks, text, start, end, span -> moved(block, span));
            last = end;
        }
        add(blocks, text, last, text.length(), Sections::paragraph);
        return new ParsedDocument(text, blocks, document.metadata(), document.pages(), document.warnings());
    }

    private static int outsidePair(String text, int offset) {
        boolean inside = offset > 0
                && offset < text.length()
                && Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset));
        return inside ? offset - 1 : offset;
    }

    private static void add(List<Block> blocks, String text, int start, int end, Function<Span, Block> block) {
        List<Span> spans = new ArrayList<>(1);
        Span.addTrimmed(spans, text, start, end);
        spans.stream().map(block).forEach(blocks::add);
    }

    private static Block paragraph(Span span) {
        return Block.of(Block.Kind.PARAGRAPH, span.start(), span.end(), null);
    }

    private static Block moved(Block block, Span span) {
        return new Block(block.kind(), span.start(), span.end(), block.pages(), block.level(), block.table());
    }

    /**
     * One list of pieces per section: its consecutive headings, and everything up to the next heading.
     *
     * @param document from {@link #complete}
     */
    static List<List<Piece>> of(ParsedDocument document, Budget budget) {
        List<List<Piece>> sections = new ArrayList<>();
        Iterator<RagDocument.Heading> outline = Outline.of(document).iterator();
        List<RagDocument.Heading> path = new ArrayList<>();
        List<Block> open = new ArrayList<>();
        for (Block block : document.blocks()) {
            if (block.kind() == Block.Kind.HEADING) {
                if (!open.isEmpty() && open.get(open.size() - 1).kind() != Block.Kind.HEADING) {
                    sections.add(pieces(document, open, path, budget));
                    open.clear();
                }
                path.removeIf(above -> above.level() >= block.level());
                path.add(outline.next());
            }
            open.add(block);
        }
        if (!open.isEmpty()) {
            sections.add(pieces(document, open, path, budget));
        }
        return sections;
    }

    /**
     * One piece per block, with the headings above it but without its length.
     *
     * @param document from {@link #complete}
     */
    static List<Piece> all(ParsedDocument document) {
        List<Piece> pieces = new ArrayList<>();
        Iterator<RagDocument.Heading> outline = Outline.of(document).iterator();
        List<RagDocument.Heading> path = List.of();
        for (Block block : document.blocks()) {
            if (block.kind() == Block.Kind.HEADING) {
                path = under(path, outline.next());
            }
            pieces.add(new Piece(block, path, block.start(), block.end(), 0, 0));
        }
        return pieces;
    }

    private static List<RagDocument.Heading> under(List<RagDocument.Heading> path, RagDocument.Heading heading) {
        List<RagDocument.Heading> longer = new ArrayList<>(path);
        longer.removeIf(above -> above.level() >= heading.level());
        longer.add(heading);
        return List.copyOf(longer);
    }

    private static List<Piece> pieces(
            ParsedDocument document, List<Block> blocks, List<RagDocument.Heading> path, Budget budget) {
        List<RagDocument.Heading> headings = List.copyOf(path);
        return blocks.stream()
                .map(block -> new Piece(
                        block, headings, block.start(), block.end(), 0, budget.tokens(document.textOf(block))))
                .toList();
    }

    /**
     * Merges a section with the one before if one of them is shorter than {@code minTokens}, both fit into a chunk, and
     * they are siblings or parent and child. A heading without text below it stays alone.
     */
    static List<List<Piece>> merged(List<List<Piece>> sections, Contexts contexts, int minTokens) {
        List<List<Piece>> merged = new ArrayList<>();
        for (List<Piece> section : sections) {
            List<Piece> before = merged.isEmpty() ? List.of() : merged.get(merged.size() - 1);
            if (!before.isEmpty()
                    && belongTogether(before, section)
                    && fit(before, section, contexts.roomAt(before.get(0)), minTokens)) {
                before.addAll(section);
            } else {
                merged.add(new ArrayList<>(section));
            }
        }
        return merged;
    }

    private static boolean belongTogether(List<Piece> before, List<Piece> section) {
        List<RagDocument.Heading> first = before.get(0).path();
        List<RagDocument.Heading> last = before.get(before.size() - 1).path();
        List<RagDocument.Heading> next = section.get(0).path();
        int common = common(common(first, last), next).size();
        return common >= first.size() - 1
                && common >= next.size() - 1
                && !section.get(section.size() - 1).isHeading();
    }

    private static boolean fit(List<Piece> before, List<Piece> section, int room, int minTokens) {
        long one = before.stream().mapToLong(Piece::tokens).sum();
        long other = section.stream().mapToLong(Piece::tokens).sum();
        return Math.min(one, other) < minTokens && one + other <= room;
    }

    /** The headings at the start of both paths. */
    static List<RagDocument.Heading> common(List<RagDocument.Heading> one, List<RagDocument.Heading> other) {
        int length = 0;
        while (length < Math.min(one.size(), other.size()) && one.get(length).equals(other.get(length))) {
            length++;
        }
        return one.subList(0, length);
    }
}
