package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code ingest} that the service applies to the batch. */
final class IngestOptions {

    enum Priority {
        CRITICAL,
        HIGH,
        NORMAL,
        LOW;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int LONGEST_NAME = 100;

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            order = 5,
            description = "Name of the batch (default: the name of the first file or folder).")
    @Nullable
    String name;

    @Option(
            names = "--tag",
            paramLabel = "TEXT",
            order = 6,
            description = "A tag, which searches can filter by. Repeatable.")
    List<String> tags = List.of();

    @Option(
            names = "--priority",
            paramLabel = "P",
            order = 7,
            description = "${COMPLETION-CANDIDATES} (default: normal).")
    @Nullable
    Priority priority;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            order = 8,
            description = "The chunking strategy, such as structure or page.")
    @Nullable
    String strategy;

    @Option(names = "--max-tokens", paramLabel = "N", order = 9, description = "Maximum number of tokens in a chunk.")
    @Nullable
    Integer maxTokens;

    /**
     * The field {@code options} of a submission.
     *
     * @param first the first file or folder of the command line
     */
    Map<String, Object> toMap(Path first) {
        var options = new LinkedHashMap<String, Object>();
        options.put("name", name == null ? nameOf(first) : name);
        if (!tags.isEmpty()) {
            options.put("tags", tags);
        }
        if (priority != null) {
            options.put("priority", priority.toString());
        }
        Map<String, Object> chunking = chunking();
        if (!chunking.isEmpty()) {
            options.put("chunking", chunking);
        }
        return options;
    }

    private Map<String, Object> chunking() {
        var chunking = new LinkedHashMap<String, Object>();
        if (strategy != null) {
            chunking.put("strategy", strategy);
        }
        if (maxTokens != null) {
            chunking.put("maxTokens", maxTokens);
        }
        return chunking;
    }

    /** Works for {@code .} and {@code ..} too. No longer than the service accepts. */
    private static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? "files" : Printable.fit(Printable.line(last.toString()), LONGEST_NAME);
    }
}
