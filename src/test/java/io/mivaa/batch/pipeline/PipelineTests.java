package io.mivaa.batch.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Primary;

/** The whole line with the real chunker, embedder and transformer, and a parser that does next to nothing. */
class PipelineTests {

    private static final String TYPE = "application/x-test";

    @TempDir
    private static Path folder;

    private static AnnotationConfigApplicationContext context;
    private static Pipeline pipeline;

    @BeforeAll
    static void start() {
        context = new AnnotationConfigApplicationContext(Wiring.class);
        pipeline = context.getBean(Pipeline.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void takesADocumentAllTheWay() {
        RagDocument document =
                pipeline.run(source("# Stone\n\nGrey and hard."), pipeline.defaults(), StageRunner.DIRECT);

        assertThat(document.title()).isEqualTo("Some text");
        assertThat(document.chunks()).hasSize(1);
        assertThat(document.chunks().get(0).tokens()).isEqualTo(8);
        assertThat(document.vectors())
                .singleElement()
                .satisfies(vector -> assertThat(vector).hasSize(384));
        assertThat(document.model()).isEqualTo(pipeline.models().get(0));
        assertThat(document.quality().coverage()).isEqualTo(1);
    }

    @Test
    void embedsTheContextButStoresTheBareText() {
        RagDocument document = pipeline.run(source(paragraphs(60)), pipeline.defaults(), StageRunner.DIRECT);

        Chunk last = document.chunks().get(document.chunks().size() - 1);
        Embedder embedder = pipeline.embedder(pipeline.defaults().model());
        assertThat(document.vectors().get(last.index()))
                .isEqualTo(embedder.embed(List.of(last.embeddedText())).get(0));
        assertThat(last.tokens()).isEqualTo(embedder.count(last.embeddedText()));
    }

    @Test
    void runsEachStageInOrderAndTellsHowFarItIs() {
        Recorder recorder = new Recorder();

        RagDocument document = pipeline.run(source(paragraphs(300)), pipeline.defaults(), recorder);

        int chunks = document.chunks().size();
        assertThat(chunks).isGreaterThan(32);
        assertThat(recorder.told).startsWith("PARSE", "1 pages", "CHUNK", chunks + " chunks", "EMBED", "32 embedded");
        assertThat(recorder.told).endsWith("EMBED", chunks + " embedded", "TRANSFORM");
        assertThat(recorder.told).filteredOn("EMBED"::equals).hasSize((chunks + 31) / 32);
    }

    @Test
    void embedsATextThatComesAgainOnce() {
        Counting counting = new Counting();
        PipelineOptions small = options("structure", 16, "onnx/all-minilm-l6-v2-q");
        Recorder recorder = new Recorder();

        RagDocument document = pipeline.withEmbedders(counting::around)
                .run(source("Grey stone lies at the bottom of it.\n\n".repeat(9)), small, recorder);

        int chunks = document.chunks().size();
        assertThat(counting.texts).doesNotHaveDuplicates().hasSizeLessThan(chunks);
        assertThat(recorder.told).endsWith("EMBED", chunks + " embedded", "TRANSFORM");
        for (Chunk chunk : document.chunks()) {
            assertThat(document.vectors().get(chunk.index()))
                    .isEqualTo(pipeline.embedder(pipeline.defaults().model())
                            .embed(List.of(chunk.embeddedText()))
                            .get(0));
        }
    }

    @Test
    void takesAnotherVariantOfAModelForAnother() {
        Pipeline other = pipeline.withEmbedders(new Counting()::around);

        assertThat(other.fingerprint(TYPE, pipeline.defaults()))
                .isNotEqualTo(pipeline.fingerprint(TYPE, pipeline.defaults()));
    }

    /** Another variant of an embedder, which writes down what it is given. */
    private static final class Counting {

        private final List<String> texts = new ArrayList<>();

        Embedder around(Embedder embedder) {
            return new Embedder() {
                @Override
                public EmbeddingModel model() {
                    return embedder.model();
                }

                @Override
                public String variant() {
                    return "counted";
                }

                @Override
                public int count(String text) {
                    return embedder.count(text);
                }

                @Override
                public List<float[]> embed(List<String> given) {
                    texts.addAll(given);
                    return embedder.embed(given);
                }
            };
        }
    }

    @Test
    void stopsBetweenBatchesWhenItsOwnerSaysSo() {
        StageRunner stopping = new Recorder() {
            @Override
            public void embedded(int chunks) {
                throw new CancellationException("enough");
            }
        };

        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> pipeline.run(source(paragraphs(300)), pipeline.defaults(), stopping))
                .withMessage("enough");
    }

    @Test
    void refusesAFormatNobodyReads() {
        Source unknown = new Source("a.xyz", "application/x-unknown", Path.of("unused"), 0, "");

        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> pipeline.run(unknown, pipeline.defaults(), StageRunner.DIRECT))
                .matches(rejected -> rejected.code().equals("unsupported-format"));
    }

    @Test
    void refusesADocumentWithoutText() {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> pipeline.run(source(" \n "), pipeline.defaults(), StageRunner.DIRECT))
                .matches(rejected -> rejected.code().equals("no-text"));
    }

    @Test
    void passesTheLimitsToTheParser() {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> pipeline.run(source("x".repeat(20_000_001)), pipeline.defaults(), StageRunner.DIRECT))
                .matches(rejected -> rejected.code().equals("too-long"));
    }

    @Test
    void saysWhatItOffers() {
        assertThat(pipeline.defaults())
                .isEqualTo(
                        new PipelineOptions(new ChunkingOptions("structure", 160, 0, 32), "onnx/all-minilm-l6-v2-q"));
        assertThat(pipeline.chunkers()).contains("structure", "recursive", "sentence", "page", "fixed");
        assertThat(pipeline.models()).contains(new EmbeddingModel("onnx", "all-minilm-l6-v2-q", 384, 256));
    }

    @Test
    void refusesOptionsThatNameSomethingUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pipeline.validate(options("magic", 160, "onnx/all-minilm-l6-v2-q")))
                .withMessageContaining("\"magic\"")
                .withMessageContaining("structure");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pipeline.validate(options("structure", 160, "onnx/other")))
                .withMessageContaining("\"onnx/other\"")
                .withMessageContaining("onnx/all-minilm-l6-v2-q");
        assertThatIllegalArgumentException().isThrownBy(() -> pipeline.embedder("other"));
    }

    @Test
    void refusesChunksLongerThanTheModelReads() {
        pipeline.validate(options("structure", 256, "onnx/all-minilm-l6-v2-q"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pipeline.validate(options("structure", 257, "onnx/all-minilm-l6-v2-q")))
                .withMessageContaining("257")
                .withMessageContaining("256");
    }

    @Test
    void fingerprintsEverythingTheResultDependsOn() {
        PipelineOptions defaults = pipeline.defaults();
        String model = defaults.model();

        Set<String> different = Set.of(
                pipeline.fingerprint("text/csv", defaults),
                pipeline.fingerprint("text/plain", defaults),
                pipeline.fingerprint(
                        "text/csv", new PipelineOptions(new ChunkingOptions("structure", 161, 0, 40), model)),
                pipeline.fingerprint(
                        "text/csv", new PipelineOptions(new ChunkingOptions("structure", 160, 1, 40), model)),
                pipeline.fingerprint(
                        "text/csv", new PipelineOptions(new ChunkingOptions("structure", 160, 0, 41), model)),
                pipeline.fingerprint("text/csv", new PipelineOptions(new ChunkingOptions("other", 160, 0, 40), model)));

        assertThat(different).hasSize(6).allMatch(hex -> hex.matches("[0-9a-f]{64}"));
    }

    @Test
    void doesNotStartWithTwoOfTheSameName() {
        Parser parser = new Lines();
        Transformer transformer = context.getBean(Transformer.class);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pipeline(
                        List.of(parser, new Lines()),
                        context.getBeanProvider(Chunker.class).stream().toList(),
                        List.of(context.getBean(Embedder.class)),
                        transformer,
                        new ParseLimits(1, 1),
                        pipeline.defaults(),
                        1))
                .withMessageContaining(TYPE);
    }

    @Test
    void doesNotStartWithSettingsThatMakeNoSense() {
        new ApplicationContextRunner()
                .withUserConfiguration(Wiring.class)
                .withPropertyValues("mivaa.chunking.max-tokens=256", "mivaa.embedding.threads=1")
                .run(started -> assertThat(started).hasNotFailed());
        for (String setting : List.of(
                "mivaa.chunking.max-tokens=15",
                "mivaa.chunking.max-tokens=257",
                "mivaa.chunking.strategy=magic",
                "mivaa.chunking.overlap-tokens=80",
                "mivaa.embedding.model=none",
                "mivaa.embedding.threads=-1",
                "mivaa.embedding.batch-size=0",
                "mivaa.parse.max-pages=0",
                "mivaa.parse.max-characters=0")) {
            new ApplicationContextRunner()
                    .withUserConfiguration(Wiring.class)
                    .withPropertyValues(setting)
                    .run(started -> assertThat(started).as(setting).hasFailed());
        }
    }

    @Test
    void keepsItsPromisesWithTheRealTokenizer() {
        Embedder embedder = context.getBean(Embedder.class);
        String text = "# Größe\n\nNaïve 漢字 " + "x".repeat(300) + " 👩‍👩‍👧‍👦. " + paragraphs(40) + "각".repeat(500);
        ParsedDocument document = new ParsedDocument(text, List.of(), Metadata.NONE, null, List.of());

        for (int maxTokens : new int[] {16, 17, 64, 160, 256}) {
            context.getBeanProvider(Chunker.class).forEach(chunker -> {
                List<Chunk> chunks =
                        chunker.chunk(document, new ChunkingOptions(chunker.name(), maxTokens, 5, 10), embedder);

                assertThat(chunks)
                        .as(chunker.name())
                        .allSatisfy(chunk -> assertThat(chunk.tokens())
                                .isEqualTo(embedder.count(chunk.embeddedText()))
                                .isLessThanOrEqualTo(maxTokens));
                assertThat(covered(text, chunks)).isEqualTo(text.replaceAll("\\s", ""));
            });
        }
    }

    private static String covered(String text, List<Chunk> chunks) {
        boolean[] covered = new boolean[text.length()];
        chunks.forEach(chunk -> Arrays.fill(covered, chunk.start(), chunk.end(), true));
        return IntStream.range(0, text.length())
                .filter(i -> covered[i])
                .mapToObj(i -> String.valueOf(text.charAt(i)))
                .collect(Collectors.joining())
                .replaceAll("\\s", "");
    }

    private static PipelineOptions options(String strategy, int maxTokens, String model) {
        return new PipelineOptions(new ChunkingOptions(strategy, maxTokens, 0, 0), model);
    }

    private static String paragraphs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "Paragraph " + i + " says something about stones, tiles and how to lay them well. "
                        + "Nobody needs to read all of it.")
                .collect(Collectors.joining("\n\n"));
    }

    private static Source source(String text) {
        try {
            Path file = Files.writeString(Files.createTempFile(folder, "source", ".txt"), text);
            return new Source("some_text.txt", TYPE, file, Files.size(file), Sha256.of(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One page without structure. */
    private static final class Lines implements Parser {

        @Override
        public Set<String> mediaTypes() {
            return Set.of(TYPE);
        }

        @Override
        public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
            if (source.bytes() > limits.maxCharacters()) {
                throw new Rejected("too-long", "The document is too long.");
            }
            try {
                progress.pagesRead(1);
                return new ParsedDocument(Files.readString(source.file()), List.of(), Metadata.NONE, 1, List.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static class Recorder implements StageRunner {

        final List<String> told = new ArrayList<>();

        @Override
        public <T> T run(Stage stage, Supplier<T> step) {
            told.add(stage.name());
            return step.get();
        }

        @Override
        public void pagesRead(int pages) {
            told.add(pages + " pages");
        }

        @Override
        public void chunked(int chunks) {
            told.add(chunks + " chunks");
        }

        @Override
        public void embedded(int chunks) {
            told.add(chunks + " embedded");
        }
    }

    /** Not a configuration that others could find. */
    @ComponentScan
    @ConfigurationPropertiesScan
    static class Wiring {

        @Bean
        @Primary
        List<Parser> withLines(@Qualifier("parsers") List<Parser> parsers) {
            return Stream.concat(parsers.stream(), Stream.of(new Lines())).toList();
        }

        /** The program of the parser processes does not have this parser. */
        @Bean
        @Primary
        Isolation noIsolation() {
            return Isolation.NONE;
        }
    }
}
