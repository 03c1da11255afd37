package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Fields under any of several names, as dotted paths; null and the wrong type count as absent. */
public record JsonFields(JsonNode node) {

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

    /** On one line, null when blank. */
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

    /** The elements as strings; numbers and booleans as they are written, null as an empty one. */
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
