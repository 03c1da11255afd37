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

/** Runs the steps for a document: parse, chunk, embed, transform. Thread-safe; all steps run on the caller's thread. */
public final class Pipeline {

    /** Must be increased by every change after which the same bytes and options give another result. */
    private static final int VERSION = 5;

    private final Map<String, Parser> parsers;
    private final Map<String, Chunker> chunkers;
    private final Map<String, Embedder> embedders;
    private final Transformer transformer;
    private final ParseLimits limits;
    private final PipelineOptions defaults;
    private final int batchSize;

    /**
     * @param defaults for batches that choose no options
     * @param batchSize chunks per call of the embedder
     * @throws IllegalArgumentException when two of a kind have the same name, or the defaults are not valid
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
        this.embedders = byKeys(embedders, embedder -> Set.of(embedder.model().id()));
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

    /** The same pipeline with each embedder decorated, for example with a cache. The models must stay the same. */
    public Pipeline withEmbedders(UnaryOperator<Embedder> decoration) {
        Map<String, Embedder> decorated = new TreeMap<>();
        embedders.forEach((key, embedder) -> decorated.put(key, decoration.apply(embedder)));
        return new Pipeline(this, Collections.unmodifiableMap(decorated));
    }

    /**
     * Runs all steps for a document.
     *
     * @param stages runs each step and receives the progress
     * @throws Rejected when no retry will help; code {@code unsupported-format} if there is no parser for the type
     * @throws TransientFailure when a retry may succeed
     * @throws java.util.concurrent.CancellationException when {@code stages} throws it or the thread is interrupted
     * @throws IllegalArgumentException when the options name a chunker or model that does not exist
     */
    public RagDocument run(Source source, PipelineOptions options, StageRunner stages) {
        validate(options);
        Parser parser = parser(source.mediaType());
        ParsedDocument document = stages.run(Stage.PARSE, () -> parser.parse(source, limits, stages));
        return runParsed(source, document, options, stages);
    }

    /**
     * Runs all steps after parsing, for a document that was parsed before.
     *
     * @param source the document's source; its file is not read
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
     * Runs all steps except embedding. The result has empty vectors.
     *
     * @throws Rejected as in {@link #run}
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

    /** Embeds a text that occurs several times in a document, such as a footer, only once. */
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
            // With the last distinct text, its repetitions have their vectors as well.
            stages.embedded(vectors.size() == distinct.size() ? chunks.size() : vectors.size());
        }
        return chunks.stream()
                .map(chunk -> Objects.requireNonNull(vectors.get(chunk.embeddedText())))
                .toList();
    }

    /** The options of a batch that chooses none. */
    public PipelineOptions defaults() {
        return defaults;
    }

    /** The valid values of {@link ChunkingOptions#strategy()}. */
    public Set<String> chunkers() {
        return chunkers.keySet();
    }

    /** The models that a batch can choose. */
    public List<EmbeddingModel> models() {
        return embedders.values().stream().map(Embedder::model).toList();
    }

    /** @throws IllegalArgumentException when there is no embedder for that {@code provider/name} */
    public Embedder embedder(String model) {
        return known(embedders, model, "embedding model");
    }

    /**
     * @throws IllegalArgumentException with a message for the client, when the options are not valid on this instance
     */
    public void validate(PipelineOptions options) {
        chunker(options.chunking().strategy());
        EmbeddingModel model = embedder(options.model()).model();
        int maxTokens = options.chunking().maxTokens();
        if (maxTokens > model.maxTokens()) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + ", but the embedding model "
                    + options.model() + " accepts at most " + model.maxTokens() + " tokens in a text");
        }
    }

    /**
     * A hash of everything besides a source's bytes that its result depends on. Equal bytes and an equal fingerprint
     * give equal text, chunks and vectors. The file name is not part of it, although a document without a title gets
     * its title from it.
     *
     * @param mediaType of the source
     * @return 64 lower-case hex digits, the same on every machine
     * @throws IllegalArgumentException when the options name a model that does not exist
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
                    "there is no " + what + " \"" + key + "\"; available: " + String.join(", ", all.keySet()));
        }
        return found;
    }

    private static <T> Map<String, T> byKeys(List<T> all, Function<T, Set<String>> keys) {
        Map<String, T> map = new TreeMap<>();
        for (T each : all) {
            for (String key : keys.apply(each)) {
                if (map.put(key, each) != null) {
                    throw new IllegalArgumentException("more than one has the name \"" + key + "\"");
                }
            }
        }
        return Collections.unmodifiableMap(map);
    }
}
