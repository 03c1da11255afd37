package io.mivaa.batch.pipeline.transform;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.Transformer;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Outline;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Adds the properties of the whole document to its chunks and vectors. */
final class RagTransformer implements Transformer {

    /** Codes of parser warnings that make a page suspect. */
    private static final Set<String> SUSPECT = Set.of("page-without-text", "unreadable-page", "ocr-uncertain");

    private static final Pattern IMAGE = Pattern.compile("!\\[([^\\[\\]]*+)\\](?:\\([^)]{0,1000}\\))?");

    @Override
    public RagDocument transform(
            Source source, ParsedDocument document, List<Chunk> chunks, List<float[]> vectors, EmbeddingModel model) {
        if (chunks.isEmpty()) {
            throw new Rejected("no-text", "The document contains no text.");
        }
        List<RagDocument.Heading> headings = Outline.of(document);
        return new RagDocument(
                Title.of(document, headings, source.filename()),
                language(document),
                document.text(),
                document.blocks(),
                document.pages(),
                document.metadata(),
                headings,
                tables(document),
                figures(document),
                List.copyOf(chunks),
                List.copyOf(vectors),
                model,
                quality(document, chunks));
    }

    private static @Nullable String language(ParsedDocument document) {
        String declared = document.metadata().language();
        return declared == null || declared.isBlank() ? null : declared.strip();
    }

    private static List<RagDocument.PlacedTable> tables(ParsedDocument document) {
        List<RagDocument.PlacedTable> tables = new ArrayList<>();
        for (Block block : document.blocks()) {
            Table table = block.table();
            if (table != null) {
                tables.add(new RagDocument.PlacedTable(
                        table.headers(), table.rows(), table.caption(), page(block), block.start(), block.end()));
            }
        }
        return List.copyOf(tables);
    }

    private static List<RagDocument.Figure> figures(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.FIGURE)
                .map(block -> new RagDocument.Figure(caption(document.textOf(block)), page(block)))
                .toList();
    }

    /** The text beside the image, else its alternative text. */
    private static @Nullable String caption(String markdown) {
        Matcher image = IMAGE.matcher(markdown);
        String beside = image.replaceAll(" ").strip();
        if (!beside.isEmpty()) {
            return beside;
        }
        image.reset();
        String alternative = image.find() ? image.group(1).strip() : "";
        return alternative.isEmpty() ? null : alternative;
    }

    private static @Nullable Integer page(Block block) {
        PageRange pages = block.pages();
        return pages == null ? null : pages.first();
    }

    private static RagDocument.Quality quality(ParsedDocument document, List<Chunk> chunks) {
        double coverage = Coverage.of(document.text(), chunks);
        Stream<Warning> own = coverage < 1
                ? Stream.of(new Warning("incomplete-coverage", "Part of the text is not in any chunk."))
                : Stream.empty();
        List<Warning> warnings =
                Stream.concat(document.warnings().stream(), own).toList();
        return new RagDocument.Quality(coverage, warnings, suspectPages(document.warnings()));
    }

    private static List<Integer> suspectPages(List<Warning> warnings) {
        return warnings.stream()
                .filter(warning -> SUSPECT.contains(warning.code()))
                .map(Warning::page)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }
}
