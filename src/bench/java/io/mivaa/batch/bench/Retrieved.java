package io.mivaa.batch.bench;

import io.mivaa.batch.bench.Questions.Question;
import io.mivaa.batch.bench.Questions.Range;
import java.util.BitSet;
import java.util.List;

/**
 * How much of an answer was found.
 *
 * @param within500 share of the reference text in the first 500 retrieved tokens; the chunk that crosses the budget is
 *     cut there, since otherwise big chunks would always win
 * @param recall share of the reference text in the first five chunks, as the other two: those of
 *     brandonstarxel/chunking_evaluation
 */
record Retrieved(
        double within500, double within1000, double within2000, double recall, double precision, double iou) {

    private static final int CHUNKS = 5;

    /** @param tokens of the text, without special tokens */
    record Passage(String corpus, int start, int end, int tokens) {}

    static Retrieved of(Question question, List<Passage> passages) {
        List<Passage> first = passages.subList(0, Math.min(CHUNKS, passages.size()));
        double references = bits(question).cardinality();
        double retrieved = first.stream().mapToInt(p -> p.end() - p.start()).sum();
        double common = common(question, first);
        return new Retrieved(
                common(question, within(500, passages)) / references,
                common(question, within(1000, passages)) / references,
                common(question, within(2000, passages)) / references,
                common / references,
                retrieved == 0 ? 0 : common / retrieved,
                common / (retrieved + references - common));
    }

    static Retrieved mean(List<Retrieved> all) {
        return new Retrieved(
                all.stream().mapToDouble(Retrieved::within500).average().orElse(0),
                all.stream().mapToDouble(Retrieved::within1000).average().orElse(0),
                all.stream().mapToDouble(Retrieved::within2000).average().orElse(0),
                all.stream().mapToDouble(Retrieved::recall).average().orElse(0),
                all.stream().mapToDouble(Retrieved::precision).average().orElse(0),
                all.stream().mapToDouble(Retrieved::iou).average().orElse(0));
    }

    double average() {
        return (within500 + within1000 + within2000) / 3;
    }

    private static List<Passage> within(int budget, List<Passage> passages) {
        int left = budget;
        for (int i = 0; i < passages.size(); i++) {
            Passage last = passages.get(i);
            if (last.tokens() >= left) {
                int end = last.start() + (int) ((long) (last.end() - last.start()) * left / last.tokens());
                List<Passage> cut = new java.util.ArrayList<>(passages.subList(0, i));
                cut.add(new Passage(last.corpus(), last.start(), end, left));
                return cut;
            }
            left -= last.tokens();
        }
        return passages;
    }

    private static BitSet bits(Question question) {
        BitSet bits = new BitSet();
        question.references().forEach((Range range) -> bits.set(range.start(), range.end()));
        return bits;
    }

    private static double common(Question question, List<Passage> passages) {
        BitSet found = new BitSet();
        passages.stream()
                .filter(passage -> passage.corpus().equals(question.corpus()))
                .forEach(passage -> found.set(passage.start(), passage.end()));
        found.and(bits(question));
        return found.cardinality();
    }
}
