package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a document block by block, with a blank line between. */
final class Draft {

    private final StringBuilder text = new StringBuilder();
    private final List<Block> blocks = new ArrayList<>();
    private @Nullable PageRange pages;

    Draft onPages(int first, int last) {
        pages = new PageRange(first, last);
        return this;
    }

    Draft heading(int level, String heading) {
        return add(Block.Kind.HEADING, level, null, "#".repeat(level) + " " + heading);
    }

    Draft paragraph(String paragraph) {
        return add(Block.Kind.PARAGRAPH, 0, null, paragraph);
    }

    Draft block(Block.Kind kind, String block) {
        return add(kind, 0, null, block);
    }

    Draft table(List<String> headers, String markdown) {
        return add(Block.Kind.TABLE, 0, new Table(headers, List.of(), null), markdown);
    }

    Draft between(String loose) {
        text.append(loose).append("\n\n");
        return this;
    }

    private Draft add(Block.Kind kind, int level, @Nullable Table table, String markdown) {
        int start = text.length();
        text.append(markdown);
        blocks.add(new Block(kind, start, text.length(), pages, level, table));
        text.append("\n\n");
        return this;
    }

    ParsedDocument document() {
        return new ParsedDocument(text.toString(), blocks, Metadata.NONE, null, List.of());
    }

    /** "w1 w2 w3." */
    static String sentence(String word, int words) {
        StringBuilder sentence = new StringBuilder();
        for (int i = 1; i <= words; i++) {
            sentence.append(i == 1 ? "" : " ")
                    .append(i == 1 ? capital(word) : word)
                    .append(i);
        }
        return sentence.append(".").toString();
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
