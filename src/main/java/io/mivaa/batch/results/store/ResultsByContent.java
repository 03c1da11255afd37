package io.mivaa.batch.results.store;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.KnownResults;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Finds results by the bytes that they were made of, along the index result_by_content. Thread-safe. */
@Repository
class ResultsByContent implements KnownResults {

    /** Results read for each content; the same bytes are rarely processed with many settings. */
    private static final int MAX = 200;

    private final JdbcClient jdbc;

    ResultsByContent(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Content, Map<String, UUID>> of(Collection<Content> contents) {
        Map<Content, Map<String, UUID>> known = new HashMap<>();
        jdbc.sql("""
                        select c.workspace, c.sha256, r.fingerprint, r.id
                          from unnest(:workspaces::text[], :hashes::text[]) as c(workspace, sha256)
                         cross join lateral (
                               select distinct on (fingerprint) fingerprint, id
                                 from (select fingerprint, id from result
                                        where workspace = c.workspace and sha256 = c.sha256
                                        order by fingerprint limit :max) found) r
                        """)
                .param(
                        "workspaces",
                        contents.stream().map(c -> c.workspace().name()).toArray(String[]::new))
                .param("hashes", contents.stream().map(Content::sha256).toArray(String[]::new))
                .param("max", MAX)
                .query(row -> {
                    Content content = new Content(new Workspace(row.getString("workspace")), row.getString("sha256"));
                    known.computeIfAbsent(content, key -> new HashMap<>())
                            .put(row.getString("fingerprint"), row.getObject("id", UUID.class));
                });
        return known;
    }
}
