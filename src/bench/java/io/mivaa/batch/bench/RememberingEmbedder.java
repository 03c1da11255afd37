package io.mivaa.batch.bench;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Embeds each text once, over all configurations and runs of a benchmark: vectors are kept in a file by the SHA-256 of
 * the model's name and the text. Thread-safe.
 */
final class RememberingEmbedder implements Embedder {

    private final Embedder embedder;
    private final Map<Key, float[]> vectors = new ConcurrentHashMap<>();
    private final DataOutputStream file;

    private record Key(long one, long two) {}

    RememberingEmbedder(Embedder embedder, Path path) {
        this.embedder = embedder;
        try {
            if (Files.exists(path)) {
                load(path);
            }
            this.file = new DataOutputStream(new BufferedOutputStream(
                    Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void load(Path path) throws IOException {
        int dimensions = embedder.model().dimensions();
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            while (true) {
                Key key = new Key(in.readLong(), in.readLong());
                float[] vector = new float[dimensions];
                for (int i = 0; i < dimensions; i++) {
                    vector[i] = in.readFloat();
                }
                vectors.put(key, vector);
            }
        } catch (EOFException end) {
            // All is read.
        }
    }

    @Override
    public EmbeddingModel model() {
        return embedder.model();
    }

    @Override
    public int count(String text) {
        return embedder.count(text);
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        List<String> unknown = texts.stream()
                .distinct()
                .filter(text -> !vectors.containsKey(key(text)))
                .toList();
        if (!unknown.isEmpty()) {
            List<float[]> made = embedder.embed(unknown);
            for (int i = 0; i < made.size(); i++) {
                remember(key(unknown.get(i)), made.get(i));
            }
        }
        List<float[]> found = new ArrayList<>();
        texts.forEach(text -> found.add(vectors.get(key(text))));
        return found;
    }

    private synchronized void remember(Key key, float[] vector) {
        vectors.put(key, vector);
        try {
            file.writeLong(key.one());
            file.writeLong(key.two());
            for (float each : vector) {
                file.writeFloat(each);
            }
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Key key(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(embedder.model().name().getBytes(StandardCharsets.UTF_8));
            var bytes = java.nio.ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
            return new Key(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
