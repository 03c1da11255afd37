package io.mivaa.batch.chaos;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Roles of the pipeline that do nothing but sleep, and documents that say how. */
final class Sleeper {

    /** System property: how many times longer than its documents say a process sleeps. */
    static final String SLOWNESS = "mivaa.chaos.slowness";

    private static final int LONG = 8;

    private Sleeper() {}

    /** What becomes of a document. */
    enum Fate {
        SUCCEEDS,
        /** Fails now and then, and succeeds in the end. */
        STUMBLES,
        /** Fails until it is given up; a replay gives it new attempts. */
        FAILS,
        /** Is refused by the parser. */
        REFUSED,
        /** Ends the process, as a parser might that has native code. */
        KILLS
    }

    /** A text that tells the parser to sleep so long and then to do this. */
    static String document(int millis, Fate fate, String name) {
        return "sleep " + millis + " ms " + fate + " document " + name + "\n";
    }

    /** Mostly some tenths of a second, now and then long enough to be taken over while somebody is frozen. */
    static String document(Random random, String name) {
        int dice = random.nextInt(100);
        Fate fate = dice < 84 ? Fate.SUCCEEDS : dice < 94 ? Fate.STUMBLES : dice < 97 ? Fate.FAILS : Fate.REFUSED;
        int millis = random.nextInt(LONG) == 0 ? 2_000 + random.nextInt(4_000) : 20 + random.nextInt(300);
        return document(millis, fate, name);
    }

    static final class OfTexts implements Parser {

        @Override
        public Set<String> mediaTypes() {
            return Set.of("text/plain");
        }

        @Override
        public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
            String text = read(source);
            String[] words = text.split(" ", 5);
            sleep(Integer.parseInt(words[1]) * Integer.getInteger(SLOWNESS, 1));
            switch (Fate.valueOf(words[3])) {
                case REFUSED -> throw new Rejected("refused-document", "The parser refuses this document.");
                case FAILS -> throw new TransientFailure("always-away", "Whoever is needed is never there.", null);
                case STUMBLES -> stumble();
                case KILLS -> Runtime.getRuntime().halt(134);
                case SUCCEEDS -> {}
            }
            int end = text.stripTrailing().length();
            return new ParsedDocument(
                    text, List.of(Block.of(Block.Kind.PARAGRAPH, 0, end, null)), Metadata.NONE, null, List.of());
        }

        private static void stumble() {
            if (ThreadLocalRandom.current().nextInt(3) > 0) {
                throw new TransientFailure("now-and-then", "Whoever is needed is not there now.", null);
            }
        }

        private static String read(Source source) {
            try {
                return Files.readString(source.file());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void sleep(int millis) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
    }

    /** Looks like the real model, so that processes with and without it work on the same batches. */
    static final class Vectors implements Embedder {

        private static final int DIMENSIONS = 384;

        @Override
        public EmbeddingModel model() {
            return new EmbeddingModel("onnx", "all-minilm-l6-v2-q", DIMENSIONS, 256);
        }

        @Override
        public int count(String text) {
            return text.length() / 4 + 2;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(Vectors::vector).toList();
        }

        private static float[] vector(String text) {
            float[] vector = new float[DIMENSIONS];
            vector[Math.floorMod(text.hashCode(), DIMENSIONS)] = 1;
            return vector;
        }
    }
}
