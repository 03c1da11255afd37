package io.mivaa.batch.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * BM25 as Lucene has it, over everything, in memory: what the service's keyword search is compared to.
 * Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, 2009; k1 = 1.2, b = 0.75.
 */
final class Bm25 {

    private static final double K1 = 1.2;
    private static final double B = 0.75;

    private final Function<String, List<String>> analysis;
    private final Map<String, Map<Integer, Integer>> postings = new HashMap<>();
    private final int[] lengths;
    private final double averageLength;

    Bm25(List<String> texts, Function<String, List<String>> analysis) {
        this.analysis = analysis;
        this.lengths = new int[texts.size()];
        long total = 0;
        for (int i = 0; i < texts.size(); i++) {
            List<String> words = analysis.apply(texts.get(i));
            lengths[i] = words.size();
            total += words.size();
            for (String word : words) {
                postings.computeIfAbsent(word, any -> new HashMap<>()).merge(i, 1, Integer::sum);
            }
        }
        this.averageLength = (double) total / texts.size();
    }

    /** Positions of the best texts, best first. */
    List<Integer> search(String query, int limit) {
        Map<Integer, Double> scores = new HashMap<>();
        for (String word : analysis.apply(query)) {
            Map<Integer, Integer> posting = postings.getOrDefault(word, Map.of());
            double idf = Math.log(1 + (lengths.length - posting.size() + 0.5) / (posting.size() + 0.5));
            posting.forEach((text, tf) -> scores.merge(
                    text, idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths[text] / averageLength)), Double::sum));
        }
        List<Map.Entry<Integer, Double>> entries = new ArrayList<>(scores.entrySet());
        entries.sort(Map.Entry.<Integer, Double>comparingByValue().reversed().thenComparing(Comparator.comparing(Map.Entry::getKey)));
        return entries.stream().limit(limit).map(Map.Entry::getKey).toList();
    }
}
