package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.pipeline.ProviderTurns.Rate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * One model behind one OpenAI-compatible endpoint.
 *
 * @param baseUrl such as {@code https://api.openai.com/v1}; {@code /embeddings} is added
 * @param model as the provider calls it
 * @param dimensions of its vectors; an answer of another width is refused
 * @param sendDimensions whether to ask for that width, where the model can be cut to several
 * @param maxTokens what the model reads of a text
 * @param apiKeyVariable the environment variable that holds the key; without one, none is sent
 * @param tokenizer a tokenizer.json to count with; without one tokens are estimated
 * @param documentPrefix put before each text of a document, as some models want it
 * @param queryPrefix put before each query
 * @param encoding how vectors are asked for; answers in either form are read
 * @param batchTexts in one request at most
 * @param batchTokens in one request at most; a longer text goes alone
 * @param connectTimeout until the connection stands
 * @param timeout of a request, until the last byte of its answer
 * @param maxResponse a longer answer is not read to its end
 * @param requestsPerMinute that all instances may send together
 * @param tokensPerMinute that all instances may send together
 */
record OpenAiSettings(
        URI baseUrl,
        String model,
        int dimensions,
        @DefaultValue("false") boolean sendDimensions,
        @DefaultValue("512") int maxTokens,
        @Nullable String apiKeyVariable,
        @Nullable Path tokenizer,
        @DefaultValue("") String documentPrefix,
        @DefaultValue("") String queryPrefix,
        @DefaultValue("FLOAT") Encoding encoding,
        @DefaultValue("32") int batchTexts,
        @DefaultValue("16384") int batchTokens,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("32MB") DataSize maxResponse,
        @Nullable Integer requestsPerMinute,
        @Nullable Integer tokensPerMinute) {

    /** How a vector stands in an answer. */
    enum Encoding {
        /** As an array of numbers. */
        FLOAT,
        /** As float32, little-endian, in base64: a third of the bytes. */
        BASE64
    }

    OpenAiSettings {
        // What is missing comes as null, whatever the type says.
        if (baseUrl == null
                || baseUrl.getHost() == null
                || !String.valueOf(baseUrl.getScheme()).matches("https?")) {
            throw wrong("base-url", "must be an http or https address");
        }
        if (baseUrl.getRawUserInfo() != null || baseUrl.getRawQuery() != null || baseUrl.getRawFragment() != null) {
            throw wrong("base-url", "must have no user, query or fragment");
        }
        if (model == null || model.isBlank() || model.length() > 200) {
            throw wrong("model", "must have 1 to 200 characters");
        }
        if (dimensions < 1 || dimensions > 65_536) {
            throw wrong("dimensions", "must be between 1 and 65536");
        }
        if (maxTokens < 16 || maxTokens > 1_000_000) {
            throw wrong("max-tokens", "must be between 16 and 1000000");
        }
        if (batchTexts < 1 || batchTexts > 2048 || batchTokens < 1) {
            throw wrong("batch-texts", "must be between 1 and 2048, and batch-tokens positive");
        }
        if (connectTimeout.toMillis() < 1 || timeout.toMillis() < 1) {
            throw wrong("timeout", "and connect-timeout must be at least 1ms");
        }
        if (maxResponse.toBytes() < 1024 || maxResponse.toBytes() > Integer.MAX_VALUE / 2) {
            throw wrong("max-response", "must be between 1KB and 1GB");
        }
        new Rate(requestsPerMinute, tokensPerMinute);
    }

    private static IllegalArgumentException wrong(String property, String what) {
        return new IllegalArgumentException("mivaa.embedding.providers.<provider>." + property + " " + what);
    }

    Rate rate() {
        return new Rate(requestsPerMinute, tokensPerMinute);
    }

    /** A request of more than a tenth of a minute's tokens would not get its turn evenly. */
    int tokensAtOnce() {
        return tokensPerMinute == null ? batchTokens : Math.min(batchTokens, Math.max(1, tokensPerMinute / 10));
    }

    URI address() {
        return URI.create(baseUrl.toString().replaceAll("/+$", "") + "/embeddings");
    }
}
