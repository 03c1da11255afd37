package io.mivaa.batch.bench;

import io.mivaa.batch.bench.Questions.Question;
import io.mivaa.batch.bench.Retrieved.Passage;
import io.mivaa.batch.bench.SearchedService.Hit;
import io.mivaa.batch.bench.SearchedService.StoredChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How much of what answers a question is found: for every way to cut documents and to search them, through the HTTP
 * interface of the whole service, beside the splitters of LangChain4j and Spring AI on the same parser, model, store
 * and search; and whether the difference to the default is more than chance. Reads {@link Questions} from {@code $MIVAA_EVALUATION}. Settings are system properties:
 * {@code bench.headings}, to mark headings; {@code bench.only}, a regular expression for the names of what is cut how; {@code bench.settings}, settings of the
 * service like {@code --mivaa.search.…}, separated by spaces.
 */
public final class RetrievalBenchmark {

    private static final String ONLY = System.getProperty("bench.only", ".*");
    private static final boolean HEADINGS = Boolean.getBoolean("bench.headings");
    private static final String DEFAULT = "default";
    private static final int TOP_K = 40;
    private static final List<String> MODES = List.of("vector", "keyword", "hybrid");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    private final Questions questions;
    private final SearchedService service;
    private final Map<String, Integer> tokens = new ConcurrentHashMap<>();
    private final List<Line> lines = new ArrayList<>();

    private record Cutting(String name, Map<String, Object> options) {}

    /** @param each in the order of the questions */
    private record Line(
            String cutting,
            int chunks,
            String mode,
            List<Retrieved> each,
            Retrieved all,
            Map<String, Retrieved> byCorpus) {}

    private RetrievalBenchmark(Questions questions, SearchedService service) {
        this.questions = questions;
        this.service = service;
    }

    public static void main(String[] arguments) throws Exception {
        Questions questions = Questions.read().orElse(null);
        if (questions != null) {
            questions = HEADINGS ? questions.withMarkdownHeadings() : questions;
            String[] settings = System.getProperty("bench.settings", "").trim().split(" +", -1);
            try (var service = new SearchedService(settings[0].isEmpty() ? new String[0] : settings)) {
                new RetrievalBenchmark(questions, service).run();
            }
        }
        System.exit(0);
    }

    private static List<Cutting> cuttings() {
        List<Cutting> cuttings = new ArrayList<>();
        cuttings.add(new Cutting(DEFAULT, Map.of()));
        for (int size : List.of(96, 128, 160, 200, 256)) {
            cuttings.add(ours("structure", size, 0, null));
        }
        cuttings.add(ours("structure", 128, 24, null));
        cuttings.add(ours("structure", 128, 0, 0));
        cuttings.add(ours("structure", 128, 0, 64));
        for (int size : List.of(96, 128, 160, 256)) {
            cuttings.add(ours("recursive", size, 0, null));
        }
        cuttings.add(ours("sentence", 128, 0, null));
        cuttings.add(ours("page", 256, 0, null));
        cuttings.add(ours("fixed", 128, 0, null));
        cuttings.add(ours("fixed", 128, 24, null));
        for (String library : List.of(
                "LangChain4j recursive 96/0",
                "LangChain4j recursive 128/0",
                "LangChain4j recursive 160/0",
                "LangChain4j recursive 160/32",
                "LangChain4j recursive 200/0",
                "LangChain4j recursive 400/0",
                "Spring AI token 128",
                "Spring AI token 200",
                "Spring AI token 400",
                "Spring AI token 800")) {
            cuttings.add(new Cutting(library, Map.of("strategy", library)));
        }
        return cuttings.stream().filter(cutting -> cutting.name().matches(ONLY)).toList();
    }

    private static Cutting ours(String strategy, int size, int overlap, Integer minTokens) {
        Map<String, Object> options =
                new LinkedHashMap<>(Map.of("strategy", strategy, "maxTokens", size, "overlapTokens", overlap));
        if (minTokens != null) {
            options.put("minTokens", minTokens);
        }
        return new Cutting(
                strategy + " " + size + "/" + overlap + (minTokens == null ? "" : ", at least " + minTokens), options);
    }

    private void run() throws IOException, InterruptedException {
        for (Cutting cutting : cuttings()) {
            long start = System.nanoTime();
            try {
                service.store(questions.corpora(), cutting.options());
            } catch (IllegalStateException refused) {
                System.out.println("Not measured: " + cutting.name() + ": " + refused.getMessage());
                continue;
            }
            System.out.printf("%s: stored in %.0f s%n", cutting.name(), (System.nanoTime() - start) / 1e9);
            measure(cutting);
        }
        print();
    }

    private void measure(Cutting cutting) {
        List<StoredChunk> chunks = service.chunks();
        Map<String, Integer> byId = new HashMap<>();
        for (int i = 0; i < chunks.size(); i++) {
            byId.put(chunks.get(i).id(), i);
        }
        Bm25 reference = new Bm25(chunks.stream().map(StoredChunk::text).toList(), RetrievalBenchmark::words);
        List<Map<String, Retrieved>> answers = questions.questions().parallelStream()
                .map(question -> answer(question, chunks, byId, reference))
                .toList();
        for (String mode : answers.get(0).keySet()) {
            List<Retrieved> each = answers.stream().map(found -> found.get(mode)).toList();
            Map<String, List<Retrieved>> byCorpus = new LinkedHashMap<>();
            for (int i = 0; i < each.size(); i++) {
                byCorpus.computeIfAbsent(questions.questions().get(i).corpus(), any -> new ArrayList<>())
                        .add(each.get(i));
            }
            Map<String, Retrieved> means = new LinkedHashMap<>();
            byCorpus.forEach((corpus, some) -> means.put(corpus, Retrieved.mean(some)));
            Line line = new Line(cutting.name(), chunks.size(), mode, each, Retrieved.mean(each), means);
            lines.add(line);
            System.out.println(row(line));
        }
    }

    private Map<String, Retrieved> answer(
            Question question, List<StoredChunk> chunks, Map<String, Integer> byId, Bm25 reference) {
        Map<String, List<Hit>> hits = new LinkedHashMap<>();
        for (String mode : MODES) {
            hits.put(mode, service.search(question.text(), mode, TOP_K));
        }
        List<Integer> byWords = reference.search(question.text(), TOP_K);
        List<Integer> byMeaning = hits.getOrDefault("vector", List.of()).stream()
                .map(hit -> byId.getOrDefault(hit.chunk(), -1))
                .toList();
        Map<String, Retrieved> retrieved = new LinkedHashMap<>();
        hits.forEach((mode, found) -> retrieved.put(mode, Retrieved.of(question, passages(found))));
        retrieved.put("BM25 in memory", Retrieved.of(question, at(byWords, chunks)));
        retrieved.put("vector + BM25 in memory", Retrieved.of(question, at(fused(byMeaning, byWords), chunks)));
        return retrieved;
    }

    private List<Passage> passages(List<Hit> hits) {
        return hits.stream()
                .map(hit -> new Passage(hit.filename(), hit.start(), hit.end(), tokens(hit.text())))
                .toList();
    }

    private List<Passage> at(List<Integer> positions, List<StoredChunk> chunks) {
        return positions.stream()
                .map(chunks::get)
                .map(chunk -> new Passage(chunk.filename(), chunk.start(), chunk.end(), tokens(chunk.text())))
                .toList();
    }

    private int tokens(String text) {
        return tokens.computeIfAbsent(text, service::tokens);
    }

    private static List<String> words(String text) {
        return WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** Reciprocal rank fusion with k = 60. */
    private static List<Integer> fused(List<Integer> one, List<Integer> other) {
        Map<Integer, Double> scores = new LinkedHashMap<>();
        for (List<Integer> ranking : List.of(one, other)) {
            for (int i = 0; i < ranking.size(); i++) {
                scores.merge(ranking.get(i), 1.0 / (61 + i), Double::sum);
            }
        }
        return scores.entrySet().stream()
                .sorted(Map.Entry.<Integer, Double>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void print() {
        System.out.printf("%n%d questions%n%n", questions.questions().size());
        System.out.printf(
                "| cut by | chunks | searched by | 500 | 1,000 | 2,000 | mean | recall, precision, IoU of 5 | %s |%n",
                String.join(" | ", questions.corpora().keySet()));
        System.out.println("|---|---|---|---|---|---|---|---|"
                + "---|".repeat(questions.corpora().size()));
        lines.stream()
                .sorted(Comparator.comparingDouble((Line line) -> line.all().average())
                        .reversed())
                .forEach(line -> System.out.println(row(line)));
        for (String mode : MODES) {
            lines.stream()
                    .filter(line -> line.cutting().equals(DEFAULT) && line.mode().equals(mode))
                    .findFirst()
                    .ifPresent(this::printDifferences);
        }
    }

    private void printDifferences(Line of) {
        System.out.printf("%n| points more than the default, %s | 500 | 1,000 | 2,000 | mean |%n", of.mode());
        System.out.println("|---|---|---|---|---|");
        lines.stream()
                .filter(line -> line.mode().equals(of.mode()) && !line.cutting().equals(DEFAULT))
                .forEach(line -> System.out.printf(
                        "| %s | %s | %s | %s | %s |%n",
                        line.cutting(),
                        Difference.between(line.each(), of.each(), Retrieved::within500),
                        Difference.between(line.each(), of.each(), Retrieved::within1000),
                        Difference.between(line.each(), of.each(), Retrieved::within2000),
                        Difference.between(line.each(), of.each(), Retrieved::average)));
    }

    private String row(Line line) {
        StringBuilder row = new StringBuilder("| %s | %,d | %s | %.1f | %.1f | %.1f | **%.1f** | %.1f, %.1f, %.1f |"
                .formatted(
                        line.cutting(),
                        line.chunks(),
                        line.mode(),
                        100 * line.all().within500(),
                        100 * line.all().within1000(),
                        100 * line.all().within2000(),
                        100 * line.all().average(),
                        100 * line.all().recall(),
                        100 * line.all().precision(),
                        100 * line.all().iou()));
        for (String corpus : questions.corpora().keySet()) {
            Retrieved of = line.byCorpus().get(corpus);
            row.append(" %.1f / %.1f / %.1f |"
                    .formatted(100 * of.within500(), 100 * of.within1000(), 100 * of.within2000()));
        }
        return row.toString();
    }
}
