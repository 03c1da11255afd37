package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.Workspace;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * Looks up the results that a workspace already has for the same bytes. The module that keeps results implements this,
 * so that this module need not read their tables. Thread-safe.
 */
public interface KnownResults {

    /** The bytes of a document, by their SHA-256, in a workspace. */
    record Content(Workspace workspace, String sha256) {}

    /**
     * Looks up results. Contents without a result may be missing from the answer.
     *
     * @return for each content one result for each fingerprint of pipeline settings
     */
    Map<Content, Map<String, UUID>> of(Collection<Content> contents);
}
