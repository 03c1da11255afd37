package io.mivaa.batch.results.reading;

import io.mivaa.batch.http.Cursor;
import io.mivaa.batch.http.Listing;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.DocumentId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.reading.Documents.Document;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lists, shows and forgets the documents of the workspace. */
@RestController
@RequestMapping("/api/v1/documents")
class DocumentController {

    private final Documents documents;

    DocumentController(Documents documents) {
        this.documents = documents;
    }

    /** Newest first. */
    @GetMapping
    Listing<Document> list(
            Workspace workspace,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        int size = Cursor.limit(limit);
        List<Document> found = documents.list(workspace, Cursor.decode(cursor, UUID::fromString), size);
        return found.size() <= size
                ? new Listing<>(found, null)
                : new Listing<>(
                        found.subList(0, size),
                        Cursor.encode(found.get(size - 1).id()));
    }

    @GetMapping("/{id}")
    Document find(Workspace workspace, @PathVariable UUID id) {
        return documents.find(workspace, new DocumentId(id)).orElseThrow(() -> Problem.notFound("document"));
    }

    /** Removes the document from lists and search. Its results stay with their jobs until the batch is deleted. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void forget(Workspace workspace, @PathVariable UUID id) {
        if (!documents.forget(workspace, new DocumentId(id))) {
            throw Problem.notFound("document");
        }
    }
}
