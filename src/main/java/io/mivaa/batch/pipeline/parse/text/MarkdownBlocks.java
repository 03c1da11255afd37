package io.mivaa.batch.pipeline.parse.text;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Gaps;
import io.mivaa.batch.pipeline.parse.page.TableText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.front.matter.YamlFrontMatterBlock;
import org.commonmark.ext.front.matter.YamlFrontMatterExtension;
import org.commonmark.ext.front.matter.YamlFrontMatterNode;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableHead;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.parser.SourceLines;
import org.jspecify.annotations.Nullable;

/**
 * The outermost blocks of a Markdown text. Inline markup is not parsed: it stays in the text, and so hostile input takes
 * only linear time and a flat stack.
 *
 * @param blocks cover every non-blank character
 * @param frontMatter keys in lower case
 */
public record MarkdownBlocks(List<Block> blocks, Map<String, String> frontMatter) {

    /** More lines without a blank one than a person writes. The cost of a line grows with those before it. */
    private static final int MOST_LINES = 50_000;

    private static final Pattern FIGURE = Pattern.compile("!\\[[^\\]\\n]*\\]\\([^)\\n]*\\)\\s*");

    /** Deeper than people write. The cost of a line grows with its depth. */
    private static final Pattern ABSURD_NESTING = Pattern.compile("(?m)^(?:[ \\t]*+(?:>|[*+-][ \\t])){64}");

    private static final Pattern TOML =
            Pattern.compile("\\A\\+\\+\\+[ \\t]*\\n((?:(?!\\+\\+\\+).*+\\n){0,500}+)(\\+\\+\\+)(?=\\s|\\z)");
    private static final Pattern TOML_ENTRY = Pattern.compile("([\\w-]++)\\s*+=\\s*+(.+)");
    private static final Pattern CAPTION =
            Pattern.compile("(?i)[*_]{0,3}(?:table|tabelle|tableau|tabla|tabella|tab\\.)\\s+[\\dIVX][^\\n]{0,200}");

    /** One for each document, because it counts the cells: a short row has as many as the header. */
    private static Parser parser() {
        AtomicInteger cells = new AtomicInteger();
        return Parser.builder()
                .extensions(List.of(TablesExtension.create(), YamlFrontMatterExtension.create()))
                .includeSourceSpans(IncludeSourceSpans.BLOCKS)
                .inlineParserFactory(context -> (lines, node) -> keepCell(lines, node, cells))
                .build();
    }

    private static void keepCell(SourceLines lines, Node node, AtomicInteger cells) {
        if (!(node instanceof TableCell)) {
            return;
        }
        if (cells.incrementAndGet() > TableText.MOST_CELLS) {
            throw new Rejected(
                    "too-many-cells",
                    "The tables of the document have more cells than the limit of " + TableText.MOST_CELLS + ".");
        }
        node.appendChild(new Text(lines.getContent()));
    }

    /** Whether the blocks would take too long to find. */
    private static boolean isAbsurd(String text) {
        int lines = 0;
        boolean blank = true;
        for (int i = 0; i < text.length() && lines <= MOST_LINES; i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                lines = blank ? 0 : lines + 1;
                blank = true;
            } else {
                blank &= c == ' ' || c == '\t' || c == '\r';
            }
        }
        return lines > MOST_LINES || ABSURD_NESTING.matcher(text).find();
    }

    public static MarkdownBlocks of(String text) {
        if (isAbsurd(text)) {
            return new MarkdownBlocks(Gaps.paragraphs(text), Map.of());
        }
        List<Block> blocks = new ArrayList<>();
        Map<String, String> front = new HashMap<>();
        Node document = parser().parse(withoutToml(text, blocks, front));
        for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof YamlFrontMatterBlock) {
                readFrontMatter(node, front);
            }
            Block block = block(node, text);
            if (block != null) {
                blocks.add(captioned(block, blocks, text));
            }
        }
        return new MarkdownBlocks(WikiHeadings.found(text, Gaps.filled(text, blocks)), Map.copyOf(front));
    }

    /** The text with spaces in place of TOML front matter, which is not Markdown. */
    private static String withoutToml(String text, List<Block> blocks, Map<String, String> front) {
        Matcher toml = TOML.matcher(text);
        if (!toml.find()) {
            return text;
        }
        blocks.add(Block.of(Block.Kind.CODE, 0, toml.end(2), null));
        for (String line : toml.group(1).split("\n", -1)) {
            Matcher entry = TOML_ENTRY.matcher(line.strip());
            if (entry.matches()) {
                String value = CleanText.line(entry.group(2).replaceAll("[\"'\\[\\]]", ""));
                front.putIfAbsent(entry.group(1).toLowerCase(Locale.ROOT), value);
            }
        }
        return text.substring(0, toml.end(2)).replaceAll("[^\n]", " ") + text.substring(toml.end(2));
    }

    /** A paragraph of one line that is marked as the caption of the table below. */
    private static Block captioned(Block table, List<Block> before, String text) {
        Block above = before.isEmpty() ? table : before.get(before.size() - 1);
        Table cells = table.table();
        Matcher caption = CAPTION.matcher(text).region(above.start(), above.end());
        if (cells == null || above.kind() != Block.Kind.PARAGRAPH || !caption.matches()) {
            return table;
        }
        String words = CleanText.line(caption.group().replaceAll("[*_]{1,3}", ""));
        return Block.table(new Table(cells.headers(), cells.rows(), words), table.start(), table.end(), null);
    }

    private static void readFrontMatter(Node block, Map<String, String> front) {
        for (Node node = block.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof YamlFrontMatterNode entry && !entry.getValues().isEmpty()) {
                String value = CleanText.line(String.join(", ", entry.getValues()));
                if (!value.isEmpty()) {
                    front.putIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), value);
                }
            }
        }
    }

    private static @Nullable Block block(Node node, String text) {
        List<SourceSpan> spans = node.getSourceSpans();
        if (spans.isEmpty()) {
            return null;
        }
        SourceSpan last = spans.get(spans.size() - 1);
        int start = spans.get(0).getInputIndex();
        int end = last.getInputIndex() + last.getLength();
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        return end == start ? null : block(node, text, start, end);
    }

    private static Block block(Node node, String text, int start, int end) {
        if (node instanceof Heading heading) {
            return Block.heading(heading.getLevel(), start, end, null);
        }
        if (node instanceof TableBlock) {
            return Block.table(table(node), start, end, null);
        }
        if (node instanceof ListBlock) {
            return Block.of(Block.Kind.LIST, start, end, null);
        }
        boolean code = node instanceof FencedCodeBlock
                || node instanceof IndentedCodeBlock
                || node instanceof YamlFrontMatterBlock;
        boolean figure = FIGURE.matcher(text).region(start, end).matches();
        Block.Kind kind = code ? Block.Kind.CODE : figure ? Block.Kind.FIGURE : Block.Kind.PARAGRAPH;
        return Block.of(kind, start, end, null);
    }

    private static Table table(Node block) {
        List<String> headers = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Node part = block.getFirstChild(); part != null; part = part.getNext()) {
            for (Node row = part.getFirstChild(); row != null; row = row.getNext()) {
                if (part instanceof TableHead) {
                    headers.addAll(cells(row));
                } else {
                    rows.add(cells(row));
                }
            }
        }
        int width = headers.size();
        List<List<String>> even = rows.stream().map(row -> fitted(row, width)).toList();
        return new Table(headers, even, null);
    }

    private static List<String> fitted(List<String> row, int width) {
        List<String> cells = new ArrayList<>(row.subList(0, Math.min(width, row.size())));
        while (cells.size() < width) {
            cells.add("");
        }
        return cells;
    }

    private static List<String> cells(Node row) {
        List<String> cells = new ArrayList<>();
        for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
            String content = cell.getFirstChild() instanceof Text words ? words.getLiteral() : "";
            cells.add(content.strip().replace("\\|", "|"));
        }
        return cells;
    }
}
