package io.mivaa.batch.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mivaa.batch.job.BatchId;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What needs pgvector is skipped, and says so, where the server has none. */
class VectorIndexesTests extends OnPostgres {

    private static final Documents.Model MODEL = new Documents.Model("words", "plain", 64);

    @Autowired
    private JdbcTemplate template;

    @Autowired
    private VectorIndexes index;

    @Test
    void findsWhatLookingAtAllVectorsFinds() throws Exception {
        needPgvector();
        String[] texts = IntStream.range(0, 300)
                .mapToObj(i -> "oak " + "pine ".repeat(i % 7) + "fir ".repeat(i % 11) + "w" + i)
                .toArray(String[]::new);
        succeeded("a", "a.txt", texts);

        List<Hit> scanned = nearest(off(), "pine fir w7");
        index.catchUp();
        assertThat(index.serves(MODEL)).isTrue();
        List<Hit> found = nearest(index, "pine fir w7");

        assertThat(found).hasSameSizeAs(scanned);
        assertThat(found.stream().filter(scanned::contains).count()).isGreaterThanOrEqualTo(19);
    }

    @Test
    void givesOlderChunksTheirVectors() throws Exception {
        needPgvector();
        succeeded("a", "a.txt", "oak", "pine");
        jdbc.sql("delete from chunk_vector").update();

        VectorIndexes fresh = on();
        assertThat(fresh.serves(MODEL)).isFalse();
        fresh.catchUp();

        assertThat(fresh.serves(MODEL)).isTrue();
        assertThat(count("chunk_vector")).isEqualTo(2);
    }

    @Test
    void vectorsGoWithTheirChunks() throws Exception {
        needPgvector();
        BatchId batch = succeeded("a", "a.txt", "oak", "pine");
        assertThat(count("chunk_vector")).isEqualTo(2);

        results.forgetBatch(WORKSPACE, batch);

        assertThat(count("chunk_vector")).isZero();
    }

    @Test
    void filtersLeaveEnough() throws Exception {
        needPgvector();
        succeeded(
                "a", "a.txt", IntStream.range(0, 400).mapToObj(i -> "oak " + i).toArray(String[]::new));
        BatchId batch = succeeded("b", "b.txt", "pine oak", "fir oak");
        index.catchUp();

        List<Hit> found = transaction.execute(status -> new Corpus(template, index)
                .nearest(WORKSPACE, new Query.Filter(batch.value(), null, List.of(), null), MODEL, vector("oak"), 20));

        assertThat(found).hasSize(2);
    }

    @Test
    void servesNoneWhereItIsNotWanted() throws Exception {
        succeeded("a", "a.txt", "oak");

        VectorIndexes off = off();
        off.catchUp();

        assertThat(off.serves(MODEL)).isFalse();
        assertThat(nearest(off, "oak")).hasSize(1);
    }

    @Test
    void tellsWhetherItIsThere() throws Exception {
        var builder = new org.springframework.boot.actuate.info.Info.Builder();
        index.contribute(builder);

        assertThat(builder.build().getDetails()).hasToString("{search={pgvector=" + hasPgvector() + "}}");
    }

    @Test
    void isTriedOutByTheWordsThatSearchUses() {
        assertThat(VectorIndexes.trial()).contains(" order by (v.embedding::vector(3)) <=> '[1,0,0]'::vector(3) limit 1");
    }

    @Test
    void onlyVersionsThatGoOnSearchingAreUsed() {
        assertThat(List.of("0.8.0", "0.8.1", "0.10.0", "1.0.0")).allMatch(VectorIndexes::isRecent);
        assertThat(List.of("0.7.4", "0.5.0")).noneMatch(VectorIndexes::isRecent);
    }

    private void needPgvector() {
        assumeTrue(hasPgvector(), "this PostgreSQL has no pgvector");
    }

    private boolean hasPgvector() {
        return jdbc.sql("select exists (select from pg_available_extensions where name = 'vector')")
                .query(Boolean.class)
                .single();
    }

    private VectorIndexes on() {
        return new VectorIndexes(template, new SearchSettings(4, 20_000, true, Duration.ZERO));
    }

    private VectorIndexes off() {
        return new VectorIndexes(template, new SearchSettings(4, 20_000, false, Duration.ZERO));
    }

    private List<Hit> nearest(VectorIndexes by, String text) {
        Corpus corpus = new Corpus(template, by);
        return transaction.execute(status -> corpus.nearest(WORKSPACE, Query.Filter.NONE, MODEL, vector(text), 20));
    }

    private static float[] vector(String text) {
        return ResultsApplication.EMBEDDER.embed(List.of(text)).get(0);
    }
}
