package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.MultipartBody;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Builds the body of one submission, file by file. Used by one thread. */
final class BatchRequest {

    private final JsonMapper json;
    private final int maxMetadataBytes;
    private final @Nullable String password;
    private final MultipartBody body = new MultipartBody();
    private final Map<String, Object> manifest = new LinkedHashMap<>();

    /** @param password for every document that needs one */
    BatchRequest(JsonMapper json, Map<String, Object> options, int maxMetadataBytes, @Nullable String password) {
        this.json = json;
        this.maxMetadataBytes = maxMetadataBytes;
        this.password = password;
        body.addJson("options", json.writeValueAsBytes(options));
    }

    /** @throws IOException when the file cannot be opened; the request is unchanged then */
    void add(Found file) throws IOException {
        // The number distinguishes files with the same name. The service shows only the last segment of the path.
        String name =
                manifest.size() + "/" + file.path().getFileName().toString().replaceAll("[\"\\\\\\p{Cntrl}]", "_");
        body.addFile("files", name, file.path());
        manifest.put(name, entry(file));
    }

    private Map<String, Object> entry(Found file) {
        var entry = new LinkedHashMap<String, Object>();
        var metadata = Map.of(FailedDocument.PATH, file.shown());
        if (json.writeValueAsBytes(metadata).length <= maxMetadataBytes) {
            entry.put("metadata", metadata);
        }
        if (password != null) {
            entry.put("password", password);
        }
        return entry;
    }

    /** The complete body. Nothing can be added after this. */
    MultipartBody finish() {
        body.addJson("manifest", json.writeValueAsBytes(manifest));
        return body;
    }
}
