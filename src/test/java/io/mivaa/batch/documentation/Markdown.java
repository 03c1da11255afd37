package io.mivaa.batch.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What tests want to know of one of the project's documents. */
public record Markdown(String name, List<String> lines) {

    private static final String FENCE = "```";

    /** Cells are divided by bars; no cell of ours holds one. */
    private static final Pattern BAR = Pattern.compile("\\|");

    /**
     * A fenced block.
     *
     * @param marker what an HTML comment on the line before it says, empty without one
     * @param line where it starts, from 1
     */
    public record Block(String marker, String language, int line, String text) {}

    /** @param name from the top of the repository */
    public static Markdown of(String name) {
        try {
            return new Markdown(name, Files.readAllLines(Path.of(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(FENCE)) {
                int end = i + 1;
                while (!lines.get(end).equals(FENCE)) {
                    end++;
                }
                String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
                blocks.add(new Block(marker(i - 1), lines.get(i).substring(FENCE.length()), i + 1, text));
                i = end;
            }
        }
        return blocks;
    }

    private String marker(int line) {
        String text = line < 0 ? "" : lines.get(line);
        return text.startsWith("<!--")
                ? text.replace("<!--", "").replace("-->", "").strip()
                : "";
    }

    /** The rows of all tables whose first cell begins like that, each cell without code marks. */
    public List<List<String>> rows(String firstCell) {
        return lines.stream()
                .filter(line -> line.startsWith("| `" + firstCell))
                .map(Markdown::cells)
                .toList();
    }

    private static List<String> cells(String row) {
        return Arrays.stream(BAR.split(row, -1))
                .skip(1)
                .map(cell -> cell.replace("`", "").strip())
                .toList();
    }

    public String text() {
        return String.join("\n", lines);
    }
}
