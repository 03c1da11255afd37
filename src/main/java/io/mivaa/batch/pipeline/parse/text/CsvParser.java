package io.mivaa.batch.pipeline.parse.text;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.Gaps;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.HeaderRows;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.page.TableText;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Delimited values in any encoding, with any common delimiter, as one table; lines of a single cell above it are text.
 * The canonical text is the table as Markdown, not the input, because a reader and an embedding model understand a row
 * of values only under the names of its columns.
 */
public final class CsvParser implements Parser {

    private static final String TABS = "text/tab-separated-values";
    private static final int LOOKED_AT_ROWS = 200;
    private static final int LOOKED_AT = 256 * 1024;

    private final ContainerSettings settings;

    public CsvParser(ContainerSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("text/csv", TABS);
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        DecodedText decoded = DecodedText.of(SourceBytes.ofText(source, limits));
        String text = TextParser.canonical(decoded, limits);
        List<Warning> warnings = new ArrayList<>(SourceBytes.warnings(decoded));
        char delimiter = delimiter(text, source.mediaType());
        List<List<String>> rows = Csv.rows(withoutHint(text), delimiter, Integer.MAX_VALUE);
        int width = width(rows);
        if (width < 2 || rows.size() < 2) {
            return new ParsedDocument(text, Gaps.paragraphs(text), Metadata.NONE, null, warnings);
        }
        MarkdownWriter writer = new MarkdownWriter(limits);
        int first = 0;
        while (first < rows.size() - 2 && filled(rows.get(first)) == 1) {
            writer.block(Block.Kind.PARAGRAPH, String.join(" ", rows.get(first)), null);
            first++;
        }
        writer.table(table(rows.subList(first, rows.size()), width, delimiter, warnings), null);
        return writer.finish(Metadata.NONE, null, warnings);
    }

    private static long filled(List<String> row) {
        return row.stream().filter(cell -> !cell.isEmpty()).count();
    }

    /** Removes a first line such as "sep=;", which declares the delimiter to Excel. */
    private static String withoutHint(String text) {
        return text.replaceFirst("\\A(?i:\"?sep=)[,;|\\t]\"?\\n", "");
    }

    /** The delimiter that divides most rows into the same number of cells. */
    static char delimiter(String text, String mediaType) {
        if (text.matches("(?is)\\A\"?sep=[,;|\\t]\"?\\n.*")) {
            return text.charAt(text.indexOf('=') + 1);
        }
        if (mediaType.equals(TABS) && text.indexOf('\t') >= 0) {
            return '\t';
        }
        String head = text.substring(0, Math.min(text.length(), LOOKED_AT));
        char best = ',';
        double bestScore = 0;
        for (char delimiter : new char[] {',', ';', '\t', '|'}) {
            List<List<String>> rows = Csv.rows(head, delimiter, LOOKED_AT_ROWS);
            int width = modalWidth(rows);
            double share = rows.isEmpty()
                    ? 0
                    : (double) rows.stream().filter(row -> row.size() == width).count() / rows.size();
            double score = width < 2 ? 0 : share + 0.01 * Math.min(width, 20);
            if (score > bestScore) {
                bestScore = score;
                best = delimiter;
            }
        }
        return best;
    }

    private static int modalWidth(List<List<String>> rows) {
        return rows.stream().collect(Collectors.groupingBy(List::size, Collectors.counting())).entrySet().stream()
                .max((a, b) -> Long.compare(a.getValue(), b.getValue()))
                .map(entry -> entry.getKey())
                .orElse(0);
    }

    /** The width that holds 99 of 100 rows, so that a single stray row does not widen all others. */
    private static int width(List<List<String>> rows) {
        List<Integer> widths = rows.stream().map(List::size).sorted().toList();
        return widths.isEmpty() ? 0 : widths.get(widths.size() - 1 - widths.size() / 100);
    }

    private Table table(List<List<String>> rows, int width, char delimiter, List<Warning> warnings) {
        new Grid.Budget(settings.maxCells()).take((int) Math.min(Integer.MAX_VALUE / 2, (long) rows.size() * width));
        if (TableText.isRagged(rows)) {
            warnings.add(new Warning("ragged-table", "The table has rows of different lengths, which were padded."));
        }
        List<List<String>> even = new ArrayList<>(rows.size() + 1);
        // Gives all rows this width, which none of them may have.
        even.add(Collections.nCopies(width, ""));
        rows.forEach(row -> even.add(joined(row, width, delimiter)));
        List<List<String>> grid = TableText.padded(even).subList(1, even.size());
        int heads = grid.get(0).stream().anyMatch(HeaderRows::isNumber) ? HeaderRows.guess(grid) : 1;
        return Grid.table(grid, Math.min(heads, 1), null);
    }

    /** Puts all surplus cells into the last cell of the row. */
    private static List<String> joined(List<String> row, int width, char delimiter) {
        if (row.size() <= width) {
            return row;
        }
        List<String> fitted = new ArrayList<>(row.subList(0, width - 1));
        fitted.add(String.join(delimiter + " ", row.subList(width - 1, row.size())));
        return fitted;
    }
}
