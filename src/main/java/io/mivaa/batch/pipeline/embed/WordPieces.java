package io.mivaa.batch.pipeline.embed;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.mivaa.batch.pipeline.TokenCounter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The tokenizer of a model. Thread-safe: the native tokenizer never changes after its construction. */
final class WordPieces implements TokenCounter, AutoCloseable {

    private static final String RESOURCE = "/all-minilm-l6-v2-q-tokenizer.json";

    private final HuggingFaceTokenizer tokenizer;

    /** Loads the tokenizer from the class path, without any access to the network. */
    WordPieces() {
        this(RESOURCE, () -> OnnxModel.resource(RESOURCE));
    }

    private WordPieces(String name, Source source) {
        stayOffline();
        try (InputStream json = source.open()) {
            // The file may configure truncation and padding, which would make counts wrong.
            tokenizer = HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "false", "padding", "false"));
        } catch (IOException e) {
            throw new UncheckedIOException("The tokenizer " + name + " cannot be read", e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("The tokenizer " + name + " cannot be used", e);
        }
    }

    /**
     * A tokenizer.json of Hugging Face.
     *
     * @throws IllegalArgumentException when the file is not a tokenizer
     */
    static WordPieces of(Path file) {
        return new WordPieces(file.toString(), () -> Files.newInputStream(file));
    }

    private interface Source {
        InputStream open() throws IOException;
    }

    /** Otherwise DJL, when its class is loaded, downloads native libraries and reports its use over the network. */
    private static void stayOffline() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    @Override
    public int count(String text) {
        return ids(text).length;
    }

    /** Includes the special tokens at both ends. */
    long[] ids(String text) {
        return tokenizer.encode(text).getIds();
    }

    /** As {@link #ids(String)}, truncated to the limit; the closing special token is kept. */
    long[] ids(String text, int limit) {
        long[] ids = ids(text);
        if (ids.length <= limit) {
            return ids;
        }
        long[] cut = Arrays.copyOf(ids, limit);
        cut[limit - 1] = ids[ids.length - 1];
        return cut;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
