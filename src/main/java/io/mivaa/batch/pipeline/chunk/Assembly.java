package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes chunks from ranges of one section, with pages, headings, kind, context and hash. Ranges must come in reading
 * order. Not thread-safe: one per section.
 */
final class Assembly {

    private final String text;
    private final List<Piece> section;
    private final Budget budget;
    private final Contexts contexts;
    private int passed;

    /** @param section one piece per block */
    Assembly(String text, List<Piece> section, Budget budget, Contexts contexts) {
        this.text = text;
        this.section = section;
        this.budget = budget;
        this.contexts = contexts;
    }

    /** The tokens of a range of the text, without special tokens. */
    int tokens(int start, int end) {
        return budget.tokens(text.substring(start, end));
    }

    /** Makes a chunk of any length. The caller checks whether it is too long. */
    Chunk chunk(int index, int start, int end, Contexts.Extent extent) {
        List<Piece> touched = touched(start, end);
        List<RagDocument.Heading> path = commonPath(touched);
        String context = contexts.at(path, touched.get(0).block(), start, extent);
        String chunk = text.substring(start, end);
        return new Chunk(
                index,
                chunk,
                start,
                end,
                pages(touched),
                Contexts.labels(path, end),
                kind(touched, start, end),
                context,
                budget.exactly(context + chunk),
                Sha256.of(chunk));
    }

    private List<Piece> touched(int start, int end) {
        while (section.get(passed).end() <= start) {
            passed++;
        }
        List<Piece> touched = new ArrayList<>();
        for (int i = passed; i < section.size() && section.get(i).start() < end; i++) {
            touched.add(section.get(i));
        }
        return touched;
    }

    private static List<RagDocument.Heading> commonPath(List<Piece> touched) {
        return touched.stream().map(Piece::path).reduce(Sections::common).orElseThrow();
    }

    private static @Nullable PageRange pages(List<Piece> touched) {
        PageRange union = null;
        for (Piece piece : touched) {
            PageRange pages = piece.block().pages();
            if (pages != null) {
                union = union == null ? pages : union.union(pages);
            }
        }
        return union;
    }

    private static Block.Kind kind(List<Piece> touched, int start, int end) {
        return touched.stream()
                .max(Comparator.comparingInt(piece -> Math.min(piece.end(), end) - Math.max(piece.start(), start)))
                .orElseThrow()
                .block()
                .kind();
    }
}
