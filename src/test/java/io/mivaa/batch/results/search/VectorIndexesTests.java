package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.ResultsApplication;
import io.mivaa.batch.results.vectors.Pgvector;
import io.mivaa.batch.results.vectors.PgvectorSettings;
import io.mivaa.batch.results.vectors.VectorIndexes;
import io.mivaa.batch.results.vectors.VectorModel;
import io.mivaa.batch.results.vectors.VectorTable;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests that need pgvector are skipped, with a message, if the server has none. */
class VectorIndexesTests extends OnPostgres {

    private static final VectorModel MODEL = new VectorModel("words", "plain", 64);

    @Autowired
    private JdbcTemplate template;

    @Autowired
    private VectorIndexes indexes;

    @Autowired
    private Pgvector pgvector;

    @Test
    void findsWhatLookingAtAllVectorsFinds() throws Exception {
        needPgvector();
        String[] texts = IntStream.range(0, 300)
                .mapToObj(i -> "oak " + "pine ".repeat(i % 7) + "fir ".repeat(i % 11) + "w" + i)
                .toArray(String[]::new);
        succeeded("a", "a.txt", texts);

        List<Hit> scanned = nearest(off(), "pine fir w7");
        indexes.catchUp();
        assertThat(indexes.serves(MODEL)).isTrue();
        List<Hit> found = nearest(indexes, "pine fir w7");

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
        indexes.catchUp();

        List<Hit> found = transaction.execute(status -> search(indexes)
                .find(WORKSPACE, new Query.Filter(batch.value(), null, List.of(), null), MODEL, vector("oak"), 20));

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
        pgvector.contribute(builder);

        assertThat(builder.build().getDetails()).hasToString("{search={pgvector=" + hasPgvector() + "}}");
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
        return with(true);
    }

    private VectorIndexes off() {
        return with(false);
    }

    private VectorIndexes with(boolean wanted) {
        Pgvector settled = new Pgvector(template, new PgvectorSettings(wanted));
        return new VectorIndexes(template, settled, new VectorTable(template, settled));
    }

    private NearestChunks search(VectorIndexes by) {
        return new NearestChunks(template, new Corpus(template), by);
    }

    private List<Hit> nearest(VectorIndexes by, String text) {
        return transaction.execute(status -> search(by).find(WORKSPACE, Query.Filter.NONE, MODEL, vector(text), 20));
    }

    private static float[] vector(String text) {
        return ResultsApplication.EMBEDDER.embed(List.of(text)).get(0);
    }
}
