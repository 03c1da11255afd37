package io.mivaa.batch.results;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Texts with more words in common are nearer: enough of a meaning to test a search by. */
public final class WordEmbedder implements Embedder {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    private final EmbeddingModel model;

    public WordEmbedder(String name, int dimensions) {
        this.model = new EmbeddingModel("words", name, dimensions, 256);
    }

    @Override
    public EmbeddingModel model() {
        return model;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return texts.stream().map(this::vector).toList();
    }

    private float[] vector(String text) {
        float[] vector = new float[model.dimensions()];
        words(text).forEach(word -> vector[Math.floorMod(word.hashCode(), vector.length)] += 1);
        double length = 0;
        for (float component : vector) {
            length += component * component;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }

    @Override
    public int count(String text) {
        return (int) words(text).count();
    }

    private static Stream<String> words(String text) {
        return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group);
    }
}
