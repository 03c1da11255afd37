package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.filter.FilteringParserDelegate;
import tools.jackson.core.filter.TokenFilter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON of an extraction result within limits, without the fields that no parser needs. */
final class ResultJson {

    /** Fields that can hold megabytes. They are skipped as they are read, so they cost no memory. */
    private static final Set<String> SKIPPED = Set.of(
            "base64",
            "image_data",
            "imageData",
            "embedding",
            "embeddings",
            "vector",
            "words",
            "graphics",
            "rawData",
            "image",
            "image_base64",
            "orig_elements");

    private static final TokenFilter WANTED = new TokenFilter() {
        @Override
        public TokenFilter includeElement(int index) {
            return this;
        }

        @Override
        public boolean includeEmptyArray(boolean contentsFiltered) {
            return true;
        }

        @Override
        public boolean includeEmptyObject(boolean contentsFiltered) {
            return true;
        }

        @Override
        public @Nullable TokenFilter includeProperty(String name) {
            return SKIPPED.contains(name) ? null : this;
        }
    };

    private ResultJson() {}

    /** @throws Rejected when the source is not exactly one JSON value */
    static JsonNode read(Source source, ParseLimits limits) {
        ObjectMapper mapper = mapper(limits);
        try (InputStream in = Files.newInputStream(source.file());
                JsonParser json = mapper.createParser(in);
                JsonParser wanted =
                        new FilteringParserDelegate(json, WANTED, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            return read(mapper, wanted, json);
        } catch (IOException e) {
            throw SourceBytes.unreadable(e);
        } catch (JacksonIOException e) {
            throw SourceBytes.unreadable(e);
        } catch (StreamConstraintsException e) {
            throw new Rejected("malformed-json", "The JSON is nested too deeply or has a value that is too long.", e);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static JsonNode read(ObjectMapper mapper, JsonParser wanted, JsonParser json) {
        JsonNode root = mapper.readTree(wanted);
        if (root == null || root.isMissingNode()) {
            throw new Rejected("no-text", "The document is empty.");
        }
        if (json.nextToken() != null) {
            throw new Rejected("malformed-json", "The document has more text after the end of its JSON.");
        }
        return root;
    }

    private static ObjectMapper mapper(ParseLimits limits) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(200)
                .maxStringLength((int) Math.min(Integer.MAX_VALUE / 2, 2L * limits.maxCharacters() + 1000))
                .maxNumberLength(100)
                .maxNameLength(1000)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .build();
    }

    private static Rejected malformed(JacksonException e) {
        var at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        // the cause quotes the document, so it is not kept
        return new Rejected("malformed-json", "The document is not valid JSON" + where + ".");
    }
}
