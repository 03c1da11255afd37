package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Documents nobody would write, the same ones for the same seed. */
final class RandomDocuments {

    private static final List<String> WORDS = List.of(
            "a",
            "the",
            "stone",
            "Fliese",
            "keramisch",
            "don't",
            "3.14",
            "e.g.",
            "naïve",
            "https://example.org/a?b=c",
            "漢字",
            "かな文字です。",
            "한국어",
            "ไทยภาษา",
            "שלום",
            "مرحبا",
            "👩‍👩‍👧‍👦",
            "🇩🇪",
            "e\u0301\u0302\u0323",
            "𝒳𝒴",
            "\u00a0",
            "\u200b",
            "|",
            "#",
            "**",
            "```",
            "\ufeff",
            "\u2028",
            "\ud83d",
            "\ude00",
            "-",
            "1.");

    private static final List<String> GAPS =
            List.of(" ", " ", " ", " ", "\n", "\n\n", "\n\n\n", "\t", "  ", ". ", "! ", "。", "\u3000", "\n- ", "");

    private final Random random;

    RandomDocuments(long seed) {
        random = new Random(seed);
    }

    ParsedDocument next() {
        return switch (random.nextInt(6)) {
            case 0 -> document(text(random.nextInt(400)), List.of());
            case 1 -> document(" \n\t".repeat(random.nextInt(40)), List.of());
            case 2 -> document(solid(random.nextInt(20_000)), List.of());
            case 3 -> withArbitraryBlocks(text(random.nextInt(400)));
            default -> structured(1 + random.nextInt(25));
        };
    }

    private String text(int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(pick(WORDS)).append(pick(GAPS));
        }
        return text.toString();
    }

    private String solid(int length) {
        StringBuilder text = new StringBuilder();
        boolean ideographs = random.nextBoolean();
        while (text.length() < length) {
            text.appendCodePoint(ideographs ? 0x4e00 + random.nextInt(500) : 'A' + random.nextInt(26));
        }
        return text.toString();
    }

    private ParsedDocument withArbitraryBlocks(String text) {
        List<Block> blocks = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + 1 + random.nextInt(200));
            if (random.nextInt(3) > 0) {
                blocks.add(block(pick(List.of(Block.Kind.values())), start, end));
            }
            start = end;
        }
        return document(text, blocks);
    }

    private Block block(Block.Kind kind, int start, int end) {
        PageRange pages = random.nextBoolean() ? null : new PageRange(1 + start / 100, 1 + end / 100);
        int level = kind == Block.Kind.HEADING ? 1 + random.nextInt(6) : 0;
        Table table = kind == Block.Kind.TABLE && random.nextBoolean()
                ? new Table(List.of("id", "name"), List.of(), null)
                : null;
        return new Block(kind, start, end, pages, level, table);
    }

    private ParsedDocument structured(int blocks) {
        StringBuilder text = new StringBuilder();
        List<Block> found = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            int start = text.length();
            Block.Kind kind = pick(List.of(Block.Kind.values()));
            text.append(
                    switch (kind) {
                        case HEADING -> "## " + text(1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 6));
                        case TABLE -> table();
                        case CODE -> "```\n" + "  call(x, y);\n".repeat(random.nextInt(60)) + "```";
                        case LIST -> "- " + text(random.nextInt(80));
                        default -> text(1 + random.nextInt(300));
                    });
            found.add(block(kind, start, text.length()));
            text.append("\n\n");
        }
        return document(text.toString(), found);
    }

    private String table() {
        StringBuilder table = new StringBuilder("| id | name |\n|---|---|\n");
        int rows = random.nextInt(60);
        for (int row = 0; row < rows; row++) {
            table.append("| ").append(row).append(" | ");
            table.append(text(random.nextInt(5)).replace("\n", " ")).append(" |\n");
        }
        return table.toString();
    }

    private ParsedDocument document(String text, List<Block> blocks) {
        return new ParsedDocument(text, blocks, Metadata.NONE, null, List.of());
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
