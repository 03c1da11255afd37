package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.ProviderTurns;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds with a model behind an OpenAI-compatible endpoint. A request has as many texts as the limits of texts and
 * tokens allow, waits for its turn, and is halved as long as the provider finds it too large. A single text that is too
 * long for the provider is refused, not truncated: a vector of its beginning cannot find the rest. Thread-safe.
 */
final class OpenAiEmbedder implements Embedder {

    private static final Logger log = LoggerFactory.getLogger(OpenAiEmbedder.class);

    private final EmbeddingModel model;
    private final OpenAiSettings settings;
    private final TokenCounter tokens;
    private final ProviderTurns turns;
    private final EmbeddingEndpoint endpoint;
    private final AtomicBoolean halvingLogged = new AtomicBoolean();

    OpenAiEmbedder(
            String provider,
            OpenAiSettings settings,
            TokenCounter tokens,
            ProviderTurns turns,
            EmbeddingEndpoint endpoint) {
        this.model = new EmbeddingModel(provider, settings.model(), settings.dimensions(), settings.maxTokens());
        this.settings = settings;
        this.tokens = tokens;
        this.turns = turns;
        this.endpoint = endpoint;
    }

    /** A text as it is sent, and its tokens. */
    private record Text(String text, int tokens) {}

    @Override
    public EmbeddingModel model() {
        return model;
    }

    @Override
    public String variant() {
        return settings.documentPrefix();
    }

    /** Includes the prefix of documents, which counts towards the model's limit. */
    @Override
    public int count(String text) {
        return tokens.count(settings.documentPrefix() + text);
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return embed(texts, settings.documentPrefix());
    }

    @Override
    public List<float[]> embedQueries(List<String> queries) {
        return embed(queries, settings.queryPrefix());
    }

    private List<float[]> embed(List<String> texts, String prefix) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        List<Text> request = new ArrayList<>();
        long sum = 0;
        for (String each : texts) {
            Text text = new Text(prefix + each, tokens.count(prefix + each));
            boolean full = request.size() == settings.batchTexts() || sum + text.tokens() > settings.tokensAtOnce();
            if (full && !request.isEmpty()) {
                vectors.addAll(ask(request));
                request.clear();
                sum = 0;
            }
            request.add(text);
            sum += text.tokens();
        }
        if (!request.isEmpty()) {
            vectors.addAll(ask(request));
        }
        return vectors;
    }

    private List<float[]> ask(List<Text> texts) {
        turns.take(model.provider(), settings.rate(), (int) Math.min(
                Integer.MAX_VALUE, texts.stream().mapToLong(Text::tokens).sum()));
        try {
            return endpoint.ask(texts.stream().map(Text::text).toList()).stream()
                    .map(vector -> UnitVector.of(vector, model.dimensions()))
                    .toList();
        } catch (EmbeddingEndpoint.TooMuch e) {
            return halves(texts);
        } catch (TransientFailure e) {
            if (e.retryAfter() != null) {
                turns.hold(model.provider(), e.retryAfter());
            }
            throw e;
        }
    }

    private List<float[]> halves(List<Text> texts) {
        if (texts.size() == 1) {
            throw new Rejected(
                    "text-too-long",
                    "A chunk of this document is longer than the embedding provider " + model.provider()
                            + " accepts; choose a smaller maxTokens.");
        }
        if (halvingLogged.compareAndSet(false, true)) {
            log.warn(
                    "The embedding provider {} does not accept {} texts in one request. Each such request is sent"
                            + " several times; lower batch-texts or batch-tokens",
                    model.provider(),
                    texts.size());
        }
        List<float[]> vectors = new ArrayList<>(ask(texts.subList(0, texts.size() / 2)));
        vectors.addAll(ask(texts.subList(texts.size() / 2, texts.size())));
        return vectors;
    }
}
