package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
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

/**
 * Extraction results: of the Mivaa platform, in every shape that its services have been producing, of Docling and of
 * Unstructured. Which one it is, the JSON says.
 */
public final class MivaaParser implements Parser {

    /** What may be megabytes and is never read; skipped without being held in memory. */
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

    private static final String DOCLING = "application/vnd.docling+json";
    private static final String UNSTRUCTURED = "application/vnd.unstructured+json";

    private final ParseSettings.PageBase pageBase;
    private final ContainerSettings containers;

    public MivaaParser(ParseSettings settings, ContainerSettings containers) {
        this.pageBase = settings.pageBase();
        this.containers = containers;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("application/vnd.mivaa+json", DOCLING, UNSTRUCTURED, "application/json");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        if (source.bytes() == 0) {
            throw new Rejected("no-text", "The document is empty.");
        }
        SourceBytes.checkCancelled();
        JsonNode root = read(source, limits);
        if (DoclingFlow.recognises(root)) {
            return DoclingFlow.write(root, limits, containers, progress);
        }
        if (UnstructuredFlow.recognises(root)) {
            return UnstructuredFlow.write(root, limits, progress);
        }
        refuseWrongShape(source.mediaType());
        JsonNode printed = root.isString() ? PythonLiteral.parse(root.stringValue()) : null;
        MivaaResult result = MivaaResult.of(printed == null ? root : printed, pageBase);
        return new MivaaFlow(result, limits, progress).write();
    }

    private static void refuseWrongShape(String mediaType) {
        if (mediaType.equals(DOCLING)) {
            throw new Rejected("unrecognised-json", "The JSON is no DoclingDocument: it has no body and texts.");
        }
        if (mediaType.equals(UNSTRUCTURED)) {
            throw new Rejected(
                    "unrecognised-json",
                    "The JSON is no list of elements of Unstructured: expected [{\"type\", \"text\", \"metadata\"}].");
        }
    }

    private static JsonNode read(Source source, ParseLimits limits) {
        ObjectMapper mapper = mapper(limits);
        try (InputStream in = Files.newInputStream(source.file());
                JsonParser json = mapper.createParser(in);
                JsonParser wanted =
                        new FilteringParserDelegate(json, UNREAD, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            JsonNode root = mapper.readTree(wanted);
            if (root == null || root.isMissingNode()) {
                throw new Rejected("no-text", "The document is empty.");
            }
            if (json.nextToken() != null) {
                throw new Rejected("malformed-json", "The JSON goes on after its end.");
            }
            return root;
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
        return new Rejected("malformed-json", "The document is no valid JSON" + where + ".");
    }

    private static final TokenFilter UNREAD = new TokenFilter() {
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
}
