package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.DocumentFields;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The manifest of a multipart request, which describes files and documents in archives by name. Not thread-safe. */
final class Manifest {

    private final Map<String, Entry> entries;
    private final IntakeSettings settings;
    private final JsonMapper json;

    /** The entries that describe a document in an archive which was there. */
    private final Set<String> used = new HashSet<>();

    Manifest(Map<String, Entry> entries, IntakeSettings settings, JsonMapper json) {
        this.entries = entries;
        this.settings = settings;
        this.json = json;
    }

    /** The description of a file, or of a document in an archive. */
    record Entry(
            @Nullable String externalId,
            @Nullable String contentType,
            @Nullable JsonNode metadata,

            @Schema(
                    format = "password",
                    accessMode = Schema.AccessMode.WRITE_ONLY,
                    description = "The password that opens the file.")
            @Nullable
            String password) {

        static final Entry NOTHING = new Entry(null, null, null, null);

        /** Leaves out the password. */
        @Override
        public String toString() {
            return "Entry[" + externalId + ", " + contentType + "]";
        }
    }

    /** @throws Problem 400 when its entry is not valid */
    DocumentDescription describe(UploadedFile file) {
        Entry byName = entries.getOrDefault(file.name(), Entry.NOTHING);
        Entry entry = entries.getOrDefault(file.sent(), byName);
        return describe(entry, file.name(), new DocumentDescription(null, file.name(), file.contentType(), null, null));
    }

    /**
     * A document in an archive, whose entry has the name of the archive, a slash and the path.
     *
     * @param inherited the description without an entry of its own
     * @throws Problem 400 when its entry is not valid
     */
    DocumentDescription describe(UploadedFile archive, String path, DocumentDescription inherited) {
        String name = archive.name() + "/" + path;
        if (!entries.containsKey(name)) {
            name = archive.sent() + "/" + path;
        }
        Entry entry = entries.get(name);
        if (entry == null) {
            return inherited;
        }
        used.add(name);
        return describe(entry, name, inherited);
    }

    private DocumentDescription describe(Entry entry, String name, DocumentDescription otherwise) {
        String pointer = "/manifest" + JsonProblems.step(name);
        return new DocumentDescription(
                or(DocumentFields.externalId(entry.externalId(), pointer), otherwise.externalId()),
                otherwise.filename(),
                or(StorableText.check(entry.contentType(), pointer + "/contentType"), otherwise.contentType()),
                entry.metadata() == null
                        ? otherwise.metadata()
                        : DocumentFields.metadata(entry.metadata(), pointer, settings, json),
                or(DocumentFields.password(entry.password(), pointer, settings), otherwise.password()));
    }

    private static <T> @Nullable T or(@Nullable T value, @Nullable T other) {
        return value == null ? other : value;
    }

    /**
     * Called after the last document.
     *
     * @param unread archives that were not read to the end; their entries may be in the rest
     * @throws Problem 400 when an entry describes none of the documents
     */
    void refuseUnused(List<UploadedFile> files, List<UploadedFile> unread) {
        entries.keySet().stream()
                .filter(name -> !used.contains(name)
                        && files.stream().noneMatch(file -> file.isCalled(name))
                        && unread.stream().noneMatch(archive -> archive.contains(name)))
                .findFirst()
                .ifPresent(name -> {
                    throw Problem.invalid(
                            "/manifest" + JsonProblems.step(name),
                            "unknown-file",
                            "The manifest names a file that is neither a part of the request nor in one of its archives.");
                });
    }
}
