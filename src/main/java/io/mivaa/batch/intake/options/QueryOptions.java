package io.mivaa.batch.intake.options;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the options of an NDJSON request from its query parameters, where a dot stands for a level of nesting. */
public final class QueryOptions {

    private static final Set<String> NAMES = Set.of(
            "name",
            "priority",
            "onInvalid",
            "maxAttempts",
            "maxInFlight",
            "webhookUrl",
            "scheduledAt",
            "after",
            "tags",
            "chunking.strategy",
            "chunking.maxTokens",
            "chunking.overlapTokens",
            "chunking.minTokens",
            "embedding.provider",
            "embedding.model");

    private final Map<String, String[]> parameters;

    private QueryOptions(Map<String, String[]> parameters) {
        this.parameters = parameters;
    }

    /** @throws Problem 400 for an unknown parameter, or one that is not a number where a number is expected */
    public static Options of(Map<String, String[]> parameters) {
        new TreeSet<>(parameters.keySet())
                .stream().filter(name -> !NAMES.contains(name)).findFirst().ifPresent(name -> {
                    throw unknown(name);
                });
        return new QueryOptions(parameters).options();
    }

    /**
     * For the other forms of a request, which have their options in the body.
     *
     * @throws Problem 400 when there is a parameter
     */
    public static void refuseAny(Map<String, String[]> parameters) {
        if (!parameters.isEmpty()) {
            throw unknown(parameters.keySet().iterator().next());
        }
    }

    private Options options() {
        return new Options(
                text("name"),
                text("priority"),
                text("onInvalid"),
                chunking(),
                embedding(),
                number("maxAttempts"),
                number("maxInFlight"),
                text("scheduledAt"),
                list("after"),
                list("tags"),
                text("webhookUrl"));
    }

    private Options.@Nullable Chunking chunking() {
        Options.Chunking chunking = new Options.Chunking(
                text("chunking.strategy"),
                number("chunking.maxTokens"),
                number("chunking.overlapTokens"),
                number("chunking.minTokens"));
        return chunking.equals(new Options.Chunking(null, null, null, null)) ? null : chunking;
    }

    private Options.@Nullable Embedding embedding() {
        Options.Embedding embedding = new Options.Embedding(text("embedding.provider"), text("embedding.model"));
        return embedding.equals(new Options.Embedding(null, null)) ? null : embedding;
    }

    /** Repeated parameters and values separated by commas mean the same. */
    private @Nullable List<String> list(String name) {
        String[] values = parameters.get(name);
        return values == null
                ? null
                : Arrays.stream(values)
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .toList();
    }

    private @Nullable String text(String name) {
        String[] values = parameters.get(name);
        return values == null ? null : values[0];
    }

    private @Nullable Integer number(String name) {
        String value = text(name);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw Problem.invalid(name, "invalid-value", "The parameter '" + name + "' must be a number.");
        }
    }

    private static Problem unknown(String name) {
        return Problem.invalid(JsonProblems.shown(name), "unknown-field", "Unknown query parameter.");
    }
}
