package io.mivaa.batch.results.search;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.testkit.RealServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import io.mivaa.batch.results.vectors.Pgvector;
import io.mivaa.batch.results.vectors.PgvectorSettings;
import io.mivaa.batch.results.vectors.VectorIndexes;
import io.mivaa.batch.results.vectors.VectorModel;
import io.mivaa.batch.results.vectors.VectorTable;
import io.mivaa.batch.results.vectors.Vectors;

/**
 * Milliseconds per search over chunks of 90 words and 384 dimensions, 100 to a document, for one searcher: looking at
 * all vectors, by words, and by pgvector where the server has it. Words are as frequent as Zipf says and queries have
 * eight of them. Setting: {@code bench.chunks}, numbers of chunks, one after the other.
 */
public final class SearchCostBenchmark {

    private static final int[] CHUNKS = Arrays.stream(
                    System.getProperty("bench.chunks", "10000,100000").split(",", -1))
            .mapToInt(Integer::parseInt)
            .toArray();

    private static final int DIMENSIONS = 384;
    private static final int PER_DOCUMENT = 100;
    private static final int WORDS = 90;
    private static final int VOCABULARY = 50_000;
    private static final int QUERY_WORDS = 8;
    private static final int SEARCHES = 30;
    private static final int LIMIT = 50;
    private static final VectorModel MODEL = new VectorModel("bench", "random", DIMENSIONS);

    private final Random random = new Random(2026);
    private final double[] zipf = zipf();
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private int stored;

    private SearchCostBenchmark(DataSource pool) {
        jdbc = new JdbcTemplate(pool);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
    }

    public static void main(String[] arguments) {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        new SearchCostBenchmark(RealServers.freshDatabase()).run();
        System.exit(0);
    }

    private void run() {
        System.out.println("| chunks | by meaning, all vectors | by words, at most 20,000 candidates | by words, without bound | by pgvector |");
        System.out.println("|---|---|---|---|---|");
        for (int chunks : CHUNKS) {
            store(chunks);
            var bounded = new SearchSettings(4, 20_000, Duration.ZERO);
            var indexes = indexes(true);
            NearestChunks scanned = new NearestChunks(jdbc, new Corpus(jdbc), indexes(false));
            NearestChunks indexed = new NearestChunks(jdbc, new Corpus(jdbc), indexes);
            Keywords words = new Keywords(jdbc, bounded);
            Keywords allWords = new Keywords(jdbc, new SearchSettings(4, Integer.MAX_VALUE, Duration.ZERO));
            String byMeaning = measure(() -> nearest(scanned));
            String byWords = measure(() -> words.find(Workspace.DEFAULT, Query.Filter.NONE, null, query(), LIMIT));
            String byAllWords = measure(() -> allWords.find(Workspace.DEFAULT, Query.Filter.NONE, null, query(), LIMIT));
            indexes.catchUp();
            String byIndex = indexes.serves(MODEL) ? measure(() -> nearest(indexed)) : "not on this server";
            System.out.printf("| %,d | %s | %s | %s | %s |%n", chunks, byMeaning, byWords, byAllWords, byIndex);
        }
    }

    private VectorIndexes indexes(boolean wanted) {
        Pgvector pgvector = new Pgvector(jdbc, new PgvectorSettings(wanted));
        return new VectorIndexes(jdbc, pgvector, new VectorTable(jdbc, pgvector));
    }

    private List<Hit> nearest(NearestChunks chunks) {
        return transaction.execute(
                status -> chunks.find(Workspace.DEFAULT, Query.Filter.NONE, MODEL, vector(), LIMIT));
    }

    private static String measure(Runnable search) {
        for (int i = 0; i < 5; i++) {
            search.run();
        }
        double[] millis = new double[SEARCHES];
        for (int i = 0; i < SEARCHES; i++) {
            long start = System.nanoTime();
            search.run();
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return "%.0f ms (p90 %.0f)".formatted(millis[SEARCHES / 2], millis[SEARCHES * 9 / 10]);
    }

    private void store(int chunks) {
        UUID batch = UUID.randomUUID();
        jdbc.update("insert into batch (id, workspace, priority, options) values (?, 'default', 'NORMAL', '{}')", batch);
        for (; stored < chunks; stored += PER_DOCUMENT) {
            UUID job = UUID.randomUUID();
            UUID result = UUID.randomUUID();
            jdbc.update("""
                    insert into result (id, workspace, sha256, fingerprint, provider, model, dimensions, title, text,
                                        metadata, headings, tables, figures, quality, chunks)
                    values (?, 'default', ?, '', 'bench', 'random', ?, '', '', '{}', '[]', '[]', '[]', '{}', ?)
                    """, result, result.toString(), DIMENSIONS, PER_DOCUMENT);
            jdbc.update("""
                    insert into job (id, batch_id, workspace, filename, media_type, bytes, sha256, metadata, state,
                                     max_attempts, error_class, finished_at)
                    values (?, ?, 'default', '', '', 0, ?, '{}', 'DEAD', 1, 'INTERNAL', now())
                    """, job, batch, job.toString());
            jdbc.update(
                    "insert into document (id, workspace, key, job_id, job_seq, result_id) values (?, 'default', ?, ?, 1, ?)",
                    UUID.randomUUID(),
                    job.toString(),
                    job,
                    result);
            List<Object[]> rows = new ArrayList<>();
            for (int i = 0; i < PER_DOCUMENT; i++) {
                rows.add(new Object[] {UUID.randomUUID(), result, i, words(WORDS, 0), Vectors.encode(vector())});
            }
            jdbc.batchUpdate("""
                    insert into chunk (id, result_id, workspace, index, text, start_at, end_at, headings, kind, context,
                                       tokens, sha256, embedding)
                    values (?, ?, 'default', ?, ?, 0, 1, '{}', 'PARAGRAPH', '', 110, '', ?)
                    """, rows);
        }
        jdbc.execute("vacuum analyze");
    }

    /** Leaves out the hundred most frequent words, which a language's stop words would be. */
    private String query() {
        return words(QUERY_WORDS, 100);
    }

    private String words(int count, int from) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < count; ) {
            int word = Math.abs(Arrays.binarySearch(zipf, random.nextDouble()));
            if (word >= from) {
                words.append("q").append(word).append(' ');
                i++;
            }
        }
        return words.toString();
    }

    private static double[] zipf() {
        double[] upTo = new double[VOCABULARY];
        double sum = 0;
        for (int i = 0; i < VOCABULARY; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
        for (int i = 0; i < VOCABULARY; i++) {
            upTo[i] /= sum;
        }
        return upTo;
    }

    private float[] vector() {
        float[] vector = new float[DIMENSIONS];
        double length = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) random.nextGaussian();
            length += vector[i] * vector[i];
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }
}
