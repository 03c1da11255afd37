package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, each under one of several names. A name is a dotted path. Null and values of another type
 * count as absent.
 */
public record JsonFields(JsonNode node) {

    /** @return the first of these fields that is a string */
    @Nullable
    public String text(String... paths) {
        for (String path : paths) {
            JsonNode value = at(path);
            if (value.isString()) {
                return value.stringValue();
            }
        }
        return null;
    }

    /** @return the first of these fields that is a string and not blank, as one line */
    @Nullable
    public String line(String... paths) {
        for (String path : paths) {
            JsonNode value = at(path);
            String line = value.isString() ? CleanText.line(value.stringValue()) : "";
            if (!line.isEmpty()) {
                return line;
            }
        }
        return null;
    }

    /** @return the first of these fields that is a number, or a string of up to nine digits */
    @Nullable
    public Integer integer(String... paths) {
        for (String path : paths) {
            JsonNode value = at(path);
            if (value.isNumber() && value.canConvertToInt()) {
                return (int) value.doubleValue();
            }
            if (value.isString() && value.stringValue().strip().matches("\\d{1,9}")) {
                return Integer.valueOf(value.stringValue().strip());
            }
        }
        return null;
    }

    /** @return the first of these fields that is an array */
    @Nullable
    public JsonNode array(String... paths) {
        for (String path : paths) {
            JsonNode value = at(path);
            if (value.isArray()) {
                return value;
            }
        }
        return null;
    }

    /** The elements as strings: numbers and booleans as they are written, other values as empty strings. */
    public static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        for (JsonNode element : array) {
            strings.add(element.isValueNode() && !element.isNull() ? CleanText.line(element.asString()) : "");
        }
        return strings;
    }

    private JsonNode at(String path) {
        JsonNode value = node;
        for (String name : path.split("\\.", -1)) {
            value = value.path(name);
        }
        return value;
    }
}
