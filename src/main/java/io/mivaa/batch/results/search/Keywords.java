package io.mivaa.batch.results.search;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.search.Bm25.Candidate;
import io.mivaa.batch.results.vectors.VectorModel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Finds chunks by words. PostgreSQL's index provides the candidates and {@link Bm25} orders them, because ts_rank does
 * not consider how rare a word is. Each search counts its words among its own candidates, so there are no stored counts
 * that a replaced or forgotten document could make wrong. Thread-safe.
 */
@Repository
class Keywords {

    /** Further words of a query add cost but do not improve the result. */
    private static final int MAX_WORDS = 64;

    /** Each word of the query as PostgreSQL normalises it, with a tsquery for that word alone. */
    private static final String WORDS = """
            with word as materialized (
                select position, lexeme,
                       ('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''')::tsquery as query
                  from unnest(tsvector_to_array(to_tsvector('english', :query))) with ordinality as w(lexeme, position)
                 order by position limit :words)
            """;

    private final NamedParameterJdbcTemplate jdbc;
    private final int maxCandidates;

    Keywords(JdbcTemplate template, SearchSettings settings) {
        this.jdbc = new NamedParameterJdbcTemplate(template);
        this.maxCandidates = settings.maxCandidates();
    }

    /** The word at a 1-based position, and how many chunks contain it, counted up to the maximum. */
    private record Word(int position, long chunks) {}

    /**
     * Chunks that contain words of the query.
     *
     * @param best the best of them, best first; empty if the query has only stop words
     * @param scores of all candidates
     */
    record Found(List<Hit> best, Map<Hit.Key, Double> scores) {}

    Found find(Workspace workspace, Query.Filter filter, @Nullable VectorModel model, String query, int limit) {
        Scope scope = Scope.ofChunks(workspace, filter, model);
        long texts = texts(Scope.ofDocuments(workspace, filter));
        List<Word> words = words(scope, query, texts);
        List<Candidate> candidates = candidates(scope, query, chosen(words));
        Bm25 bm25 = Bm25.of(texts, words.stream().mapToLong(Word::chunks).toArray(), candidates);
        BestHits best = new BestHits(limit);
        Map<Hit.Key, Double> scores = new HashMap<>();
        for (Candidate candidate : candidates) {
            double score = bm25.score(candidate);
            scores.put(candidate.key(), score);
            if (best.mayHold(score)) {
                best.add(new Hit(candidate.key(), score));
            }
        }
        return new Found(best.bestFirst(), scores);
    }

    private long texts(Scope scope) {
        Long texts =
                jdbc.queryForObject("select coalesce(sum(r.chunks), 0) " + scope.sql(), scope.parameters(), Long.class);
        return texts == null ? 0 : texts;
    }

    /** Counts the chunks of each word only if there are too many chunks for all to be candidates. */
    private List<Word> words(Scope scope, String query, long texts) {
        String chunks = texts <= maxCandidates
                ? "0"
                : "(select count(*) from (select " + scope.sql()
                        + " and c.keywords @@ w.query limit :most) as holding)";
        return jdbc.query(
                WORDS + "select w.position, " + chunks + " as chunks from word w order by w.position",
                parameters(scope, query),
                (row, n) -> new Word(row.getInt("position"), row.getLong("chunks")));
    }

    /**
     * The rarest words, as many as together have no more chunks than may be candidates. A chunk that contains only the
     * common words is hardly among the best.
     */
    private Integer[] chosen(List<Word> words) {
        List<Integer> chosen = new ArrayList<>();
        long sum = 0;
        for (Word word :
                words.stream().sorted(Comparator.comparingLong(Word::chunks)).toList()) {
            sum += word.chunks();
            if (chosen.isEmpty() || sum <= maxCandidates) {
                chosen.add(word.position());
            }
        }
        return chosen.toArray(Integer[]::new);
    }

    private List<Candidate> candidates(Scope scope, String query, Integer[] chosen) {
        return jdbc.query(
                WORDS + """
                        select d.id, c.id, c.tokens,
                               array(select ts_rank('{1, 1, 1, 1}', c.keywords, w.query) from word w order by w.position)
                        """ + scope.sql() + """
                         and c.keywords @@ (select string_agg(query::text, ' | ')::tsquery from word
                                             where position = any(:chosen))
                         limit :most
                        """,
                parameters(scope, query).addValue("chosen", chosen),
                (row, n) -> candidate(row));
    }

    private MapSqlParameterSource parameters(Scope scope, String query) {
        return scope.parameters()
                .addValue("query", query)
                .addValue("words", MAX_WORDS)
                .addValue("most", maxCandidates);
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        Float[] ranks = (Float[]) row.getArray(4).getArray();
        return new Candidate(
                new Hit.Key(row.getObject(1, UUID.class), row.getObject(2, UUID.class)),
                row.getInt(3),
                Arrays.stream(ranks).mapToInt(Frequency::ofRank).toArray());
    }

    /** The given words that match a word of the query as search does, plurals and other forms included. */
    Set<String> matching(String query, Collection<String> words) {
        return new HashSet<>(jdbc.queryForList(
                """
                select candidate from unnest(:candidates::text[]) as candidate
                 where tsvector_to_array(to_tsvector('english', candidate))
                       && tsvector_to_array(to_tsvector('english', :query))
                """,
                new MapSqlParameterSource("query", query).addValue("candidates", words.toArray(String[]::new)),
                String.class));
    }
}
