package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each table has one owner: the only module whose SQL writes to it. The SQL of all main sources is read for the tables
 * that it names. Triggers are part of the schema, not of a module.
 */
class TableOwnershipTests {

    private static final Path SOURCES = Path.of("src/main/java/io/mivaa/batch");
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    /** Views count as tables. */
    private static final Map<String, Set<String>> OWNED = Map.of(
            "job",
            Set.of(
                    "batch",
                    "batch_work",
                    "document_content",
                    "ended_attempt",
                    "job",
                    "job_attempt",
                    "worker_instance",
                    "workspace_control"),
            "results",
            Set.of("chunk", "document", "embedding_cache", "result"),
            "progress",
            Set.of("event", "event_horizon"),
            "webhook",
            Set.of("webhook_delivery"),
            "intake",
            Set.of("idempotency_key"),
            "statistics",
            Set.of("pace", "sample", "sampled"));

    /** Two modules above job read its two main tables: they join them in the statements that search and count. */
    private static final Map<String, Set<String>> READ =
            Map.of("results", Set.of("batch", "job"), "statistics", Set.of("batch", "job"));

    private static final Pattern TEXT =
            Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);
    private static final Pattern WRITTEN =
            Pattern.compile("\\b(?:insert\\s+into|delete\\s+from|truncate|update)\\s+([a-z_]+)");
    private static final Pattern NAMED = Pattern.compile(
            "\\b(?:from|into|update|join|truncate|using)\\s+([a-z_]+)(?:(?:\\s+[a-z]+)?\\s*,\\s*([a-z_]+))?");
    private static final Pattern CREATED = Pattern.compile("create (?:table|view) (?:if not exists )?([a-z_]+)");

    @Test
    void everyTableOfTheMigrationsHasOneOwner() {
        Set<String> created = sources(MIGRATIONS, ".sql")
                .flatMap(sql -> CREATED.matcher(read(sql)).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(OWNED.values().stream().flatMap(Set::stream)).containsExactlyInAnyOrderElementsOf(created);
    }

    @Test
    void noModuleNamesAnothersTable() {
        assertThat(violations(texts())).isEmpty();
    }

    @Test
    void everyExceptionIsNeeded() {
        Map<String, Set<String>> read = new HashMap<>();
        texts().forEach((file, text) ->
                read.computeIfAbsent(module(file), key -> new TreeSet<>()).addAll(tables(NAMED, text)));

        READ.forEach((module, tables) -> assertThat(read.get(module)).containsAll(tables));
    }

    @Test
    void findsATableOfAnotherModuleHoweverItIsNamed() {
        assertThat(violations(Map.of(
                        Path.of("job/Plain.java"), "\"select 1 from result where id = :id\"",
                        Path.of("job/Block.java"),
                                "\"\"\"\n  select 1\n    from job j\n    join document d on true\n\"\"\"",
                        Path.of("job/Listed.java"), "\"select 1 from job j, chunk c\"",
                        Path.of("results/Writes.java"), "\"update batch set paused = true\"",
                        Path.of("results/Deletes.java"), "\"delete from job where id = :id\"",
                        Path.of("queue/OwnsNone.java"), "\"select 1 from batch\"",
                        Path.of("results/Reads.java"), "\"select 1 from batch b join job j on true\"",
                        Path.of("job/Own.java"), "\"delete from batch b using job j where true\"",
                        Path.of("job/Comment.java"), "// taken from result\nint update = 1;")))
                .containsExactlyInAnyOrder(
                        "job/Plain.java: result",
                        "job/Block.java: document",
                        "job/Listed.java: chunk",
                        "results/Writes.java: batch",
                        "results/Deletes.java: job",
                        "queue/OwnsNone.java: batch");
    }

    private static Map<Path, String> texts() {
        Map<Path, String> texts = new TreeMap<>();
        sources(SOURCES, ".java").forEach(file -> texts.put(SOURCES.relativize(file), read(file)));
        return texts;
    }

    private static Set<String> violations(Map<Path, String> sources) {
        Set<String> violations = new TreeSet<>();
        sources.forEach((file, source) -> {
            Set<String> own = OWNED.getOrDefault(module(file), Set.of());
            Set<String> readable = READ.getOrDefault(module(file), Set.of());
            Stream.concat(
                            tables(NAMED, source).stream().filter(table -> !readable.contains(table)),
                            tables(WRITTEN, source).stream())
                    .filter(table -> !own.contains(table))
                    .forEach(table -> violations.add(file + ": " + table));
        });
        return violations;
    }

    /** The tables that the pattern finds in the text blocks and strings of a source. */
    private static Set<String> tables(Pattern pattern, String source) {
        Set<String> all = OWNED.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        return TEXT.matcher(source)
                .results()
                .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
                .map(text -> text.toLowerCase(Locale.ROOT))
                .flatMap(text -> pattern.matcher(text).results())
                .flatMap(match -> Stream.of(match.group(1), match.groupCount() > 1 ? match.group(2) : null))
                .filter(table -> table != null && all.contains(table))
                .collect(Collectors.toSet());
    }

    private static String module(Path file) {
        return file.getName(0).toString();
    }

    private static Stream<Path> sources(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
