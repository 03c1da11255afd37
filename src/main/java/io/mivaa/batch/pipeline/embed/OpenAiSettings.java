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
 * @param model the provider's name for the model
 * @param dimensions of its vectors; vectors of other dimensions are refused
 * @param sendDimensions whether to request these dimensions, for models that offer several
 * @param maxTokens the model's limit for a text
 * @param apiKeyVariable the environment variable with the API key; null sends no key
 * @param tokenizer a tokenizer.json to count tokens with; null estimates them
 * @param documentPrefix added before each text of a document, as some models require
 * @param queryPrefix added before each query
 * @param encoding requested for vectors; both encodings are accepted in responses
 * @param batchTexts maximum of texts in a request
 * @param batchTokens maximum of tokens in a request; a longer text is sent alone
 * @param connectTimeout time to establish a connection
 * @param timeout of a request, until the last byte of its response
 * @param maxResponse maximum size of a response; a larger one is aborted
 * @param requestsPerMinute limit for all instances together, null for none
 * @param tokensPerMinute limit for all instances together, null for none
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

    /** How a response represents a vector. */
    enum Encoding {
        /** As an array of numbers. */
        FLOAT,
        /** As base64 of little-endian float32 values: a third of the bytes. */
        BASE64
    }

    OpenAiSettings {
        // A missing setting is null here, although its type excludes null.
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

    /** At most a tenth of a minute's tokens, so that requests are spread evenly over the minute. */
    int tokensAtOnce() {
        return tokensPerMinute == null ? batchTokens : Math.min(batchTokens, Math.max(1, tokensPerMinute / 10));
    }

    URI address() {
        return URI.create(baseUrl.toString().replaceAll("(?<!/)/++$", "") + "/embeddings");
    }
}
