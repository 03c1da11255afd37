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
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads the extraction results of Mivaa, in every shape that its services have produced, of Docling and of Unstructured.
 * The content of the JSON shows which of them it is. Thread-safe.
 */
public final class MivaaParser implements Parser {

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
        JsonNode root = ResultJson.read(source, limits);
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
            throw new Rejected("unrecognised-json", "The JSON is not a DoclingDocument: it has no body and texts.");
        }
        if (mediaType.equals(UNSTRUCTURED)) {
            throw new Rejected(
                    "unrecognised-json",
                    "The JSON is not a list of elements of Unstructured: expected"
                            + " [{\"type\", \"text\", \"metadata\"}].");
        }
    }
}
