package io.mivaa.batch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents, and questions whose answers are marked in them, in the form of brandonstarxel/chunking_evaluation: read
 * from {@code $MIVAA_EVALUATION/retrieval}.
 *
 * @param corpora texts by name
 */
record Questions(Map<String, String> corpora, List<Question> questions) {

    private static final String FOLDER = "MIVAA_EVALUATION";
    private static final Pattern HEADING = Pattern.compile("(?m)^ ((?:= )+)([^=\\n]+) (?:= )+$");

    /** @param references where the answer stands in the corpus, in UTF-16 units */
    record Question(String corpus, String text, List<Range> references) {}

    record Range(int start, int end) {

        int length() {
            return end - start;
        }
    }

    /** Empty, and told on standard output, when the folder is not there. */
    static Optional<Questions> read() throws IOException {
        String folder = System.getenv(FOLDER);
        if (folder == null || !Files.isDirectory(Path.of(folder, "retrieval"))) {
            System.out.printf(
                    "Nothing measured: %s names no folder with retrieval/corpora/*.md and retrieval/questions.jsonl.%n",
                    FOLDER);
            return Optional.empty();
        }
        Path retrieval = Path.of(folder, "retrieval");
        Map<String, String> corpora = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(retrieval.resolve("corpora"))) {
            for (Path file : files.sorted().toList()) {
                corpora.put(file.getFileName().toString().replace(".md", ""), Files.readString(file));
            }
        }
        List<Question> questions = new ArrayList<>();
        for (String line : Files.readAllLines(retrieval.resolve("questions.jsonl"))) {
            questions.add(question(JsonMapper.shared().readTree(line), corpora));
        }
        return Optional.of(new Questions(corpora, questions));
    }

    /**
     * The same texts with the headings of the encyclopaedia, which stand between signs of equality, as those of
     * Markdown: what structure is worth, when there is some. No offset changes.
     */
    Questions withMarkdownHeadings() {
        Map<String, String> marked = new LinkedHashMap<>();
        corpora.forEach((name, text) -> marked.put(
                name, HEADING.matcher(text).replaceAll(line -> Matcher.quoteReplacement(markdown(line)))));
        return new Questions(marked, questions);
    }

    private static String markdown(MatchResult line) {
        String heading = "#".repeat(line.group(1).length() / 2) + " " + line.group(2);
        return heading + " ".repeat(line.group().length() - heading.length());
    }

    /** Offsets are in code points, as Python counts; the texts must say the same. */
    private static Question question(JsonNode json, Map<String, String> corpora) {
        String corpus = json.path("corpus").asString();
        String text = corpora.get(corpus);
        List<Range> references = new ArrayList<>();
        for (JsonNode reference : json.path("references")) {
            int start = text.offsetByCodePoints(0, reference.path("start_index").asInt());
            int end = text.offsetByCodePoints(0, reference.path("end_index").asInt());
            if (!text.substring(start, end).equals(reference.path("content").asString())) {
                throw new IllegalStateException("a reference into " + corpus + " does not say what stands there");
            }
            references.add(new Range(start, end));
        }
        return new Question(corpus, json.path("question").asString(), references);
    }
}
