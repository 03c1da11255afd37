package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.document.Source;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The line a document takes: parse, chunk, embed, transform. Thread-safe; every run is on its caller's thread. */
public final class Pipeline {

    /** Raised whenever the same bytes and options would give another result than before. */
    private static final int VERSION = 5;

    private final Map<String, Parser> parsers;
    private final Map<String, Chunker> chunkers;
    private final Map<String, Embedder> embedders;
    private final Transformer transformer;
    private final ParseLimits limits;
    private final PipelineOptions defaults;
    private final int batchSize;

    /**
     * @param defaults used for batches that choose nothing
     * @param batchSize how many chunks are embedded at once
     * @throws IllegalArgumentException when two of a kind claim the same name, or the defaults do not fit
     */
    public Pipeline(
            List<Parser> parsers,
            List<Chunker> chunkers,
            List<Embedder> embedders,
            Transformer transformer,
            ParseLimits limits,
            PipelineOptions defaults,
            int batchSize) {
        this.parsers = byKeys(parsers, Parser::mediaTypes);
        this.chunkers = byKeys(chunkers, chunker -> Set.of(chunker.name()));
        this.embedders = byKeys(embedders, embedder -> Set.of(key(embedder.model())));
        this.transformer = transformer;
        this.limits = limits;
        this.defaults = defaults;
        this.batchSize = batchSize;
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size must be positive: " + batchSize);
        }
        validate(defaults);
    }

    private Pipeline(Pipeline other, Map<String, Embedder> embedders) {
        this.parsers = other.parsers;
        this.chunkers = other.chunkers;
        this.embedders = embedders;
        this.transformer = other.transformer;
        this.limits = other.limits;
        this.defaults = other.defaults;
        this.batchSize = other.batchSize;
    }

    /** The same line with each embedder replaced, for example by one that guards it; the models stay the same. */
    public Pipeline withEmbedders(UnaryOperator<Embedder> decoration) {
        Map<String, Embedder> decorated = new TreeMap<>();
        embedders.forEach((key, embedder) -> decorated.put(key, decoration.apply(embedder)));
        return new Pipeline(this, Collections.unmodifiableMap(decorated));
    }

    /**
     * Takes one document all the way.
     *
     * @param stages runs each step, and is told how far the document is
     * @throws Rejected when no retry will help, with code {@code unsupported-format} when no parser reads the type
     * @throws TransientFailure when a later try may succeed
     * @throws java.util.concurrent.CancellationException when {@code stages} says so or the thread is interrupted
     * @throws IllegalArgumentException when the options name something that is not there
     */
    public RagDocument run(Source source, PipelineOptions options, StageRunner stages) {
        validate(options);
        Parser parser = parser(source.mediaType());
        ParsedDocument document = stages.run(Stage.PARSE, () -> parser.parse(source, limits, stages));
        return runParsed(source, document, options, stages);
    }

    /**
     * Takes a document the rest of the way whose text is known already.
     *
     * @param source what it was made of; its file is not read
     * @throws Rejected as in {@link #run}
     * @throws TransientFailure as in {@link #run}
     */
    public RagDocument runParsed(Source source, ParsedDocument document, PipelineOptions options, StageRunner stages) {
        validate(options);
        Chunker chunker = chunker(options.chunking().strategy());
        Embedder embedder = embedder(options.model());

        List<Chunk> chunks = stages.run(Stage.CHUNK, () -> chunker.chunk(document, options.chunking(), embedder));
        stages.chunked(chunks.size());
        List<float[]> vectors = embed(chunks, embedder, stages);
        return stages.run(
                Stage.TRANSFORM, () -> transformer.transform(source, document, chunks, vectors, embedder.model()));
    }

    /**
     * Takes one document all the way but for the embedding: what it would become, with vectors that are empty.
     *
     * @throws Rejected when it would be refused, as in {@link #run}
     */
    public RagDocument preview(Source source, PipelineOptions options, StageRunner stages) {
        validate(options);
        Parser parser = parser(source.mediaType());
        Chunker chunker = chunker(options.chunking().strategy());
        Embedder embedder = embedder(options.model());

        ParsedDocument document = stages.run(Stage.PARSE, () -> parser.parse(source, limits, stages));
        List<Chunk> chunks = stages.run(Stage.CHUNK, () -> chunker.chunk(document, options.chunking(), embedder));
        List<float[]> none = Collections.nCopies(chunks.size(), new float[0]);
        return stages.run(
                Stage.TRANSFORM, () -> transformer.transform(source, document, chunks, none, embedder.model()));
    }

    /** The same text twice in a document, a footnote or a row of dashes, is embedded once. */
    private List<float[]> embed(List<Chunk> chunks, Embedder embedder, StageRunner stages) {
        List<String> distinct =
                chunks.stream().map(Chunk::embeddedText).distinct().toList();
        Map<String, float[]> vectors = new HashMap<>();
        for (int from = 0; from < distinct.size(); from += batchSize) {
            List<String> texts = distinct.subList(from, Math.min(from + batchSize, distinct.size()));
            List<float[]> embedded = stages.run(Stage.EMBED, () -> embedder.embed(texts));
            for (int i = 0; i < texts.size(); i++) {
                vectors.put(texts.get(i), embedded.get(i));
            }
            // Each text that occurs again is done with its first.
            stages.embedded(vectors.size() == distinct.size() ? chunks.size() : vectors.size());
        }
        return chunks.stream()
                .map(chunk -> Objects.requireNonNull(vectors.get(chunk.embeddedText())))
                .toList();
    }

    /** What a batch gets that chooses nothing. */
    public PipelineOptions defaults() {
        return defaults;
    }

    /** The values that {@link ChunkingOptions#strategy()} may have. */
    public Set<String> chunkers() {
        return chunkers.keySet();
    }

    /** The models a batch may choose. */
    public List<EmbeddingModel> models() {
        return embedders.values().stream().map(Embedder::model).toList();
    }

    /** @throws IllegalArgumentException when there is no embedder of that {@code provider/name} */
    public Embedder embedder(String model) {
        return known(embedders, model, "embedding model");
    }

    /** @throws IllegalArgumentException with a sentence for the client, when the options cannot be used here */
    public void validate(PipelineOptions options) {
        chunker(options.chunking().strategy());
        EmbeddingModel model = embedder(options.model()).model();
        int maxTokens = options.chunking().maxTokens();
        if (maxTokens > model.maxTokens()) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + ", but the embedding model "
                    + options.model() + " reads no more than " + model.maxTokens() + " tokens of a text");
        }
    }

    /**
     * What, besides a source's bytes, its result depends on: equal bytes and an equal fingerprint give equal text,
     * chunks and vectors. The file name is left out; it shows only in the title of a document that has none.
     *
     * @param mediaType of the source
     * @return 64 lower-case hex digits, the same on every machine
     * @throws IllegalArgumentException when the options name a model that is not there
     */
    public String fingerprint(String mediaType, PipelineOptions options) {
        ChunkingOptions chunking = options.chunking();
        Embedder embedder = embedder(options.model());
        String settings = String.join(
                "\n",
                "pipeline " + VERSION,
                "media type " + mediaType,
                "chunking " + chunking.strategy() + " " + chunking.maxTokens() + " " + chunking.overlapTokens() + " "
                        + chunking.minTokens(),
                "model " + options.model() + " " + embedder.model().dimensions()
                        + (embedder.variant().isEmpty() ? "" : "\nvariant " + embedder.variant()));
        return Sha256.of(settings);
    }

    private Parser parser(String mediaType) {
        Parser parser = parsers.get(mediaType);
        if (parser == null) {
            throw new Rejected("unsupported-format", "Documents of type " + mediaType + " cannot be read.");
        }
        return parser;
    }

    private Chunker chunker(String strategy) {
        return known(chunkers, strategy, "chunking strategy");
    }

    private static <T> T known(Map<String, T> all, String key, String what) {
        @Nullable T found = all.get(key);
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no " + what + " \"" + key + "\"; there are: " + String.join(", ", all.keySet()));
        }
        return found;
    }

    private static String key(EmbeddingModel model) {
        return model.provider() + "/" + model.name();
    }

    private static <T> Map<String, T> byKeys(List<T> all, Function<T, Set<String>> keys) {
        Map<String, T> map = new TreeMap<>();
        for (T each : all) {
            for (String key : keys.apply(each)) {
                if (map.put(key, each) != null) {
                    throw new IllegalArgumentException("two claim to be \"" + key + "\"");
                }
            }
        }
        return Collections.unmodifiableMap(map);
    }
}
