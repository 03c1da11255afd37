package io.mivaa.batch.results;

import io.mivaa.batch.pipeline.document.RagDocument;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/**
 * The vectors once more in a table of pgvector's, with an HNSW index per model, where the server has the extension.
 * Vectors are written in the transaction of their chunks and go with them. A model is searched by its index only when
 * every chunk has its vector there and the index stands; until then, and without the extension, search looks at all
 * vectors. Thread-safe.
 *
 * <p>Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small
 * World graphs, 2016.
 */
@Repository
class VectorIndexes implements InfoContributor {

    private static final Logger log = LoggerFactory.getLogger(VectorIndexes.class);

    /** pgvector indexes no wider vectors. */
    private static final int MAX_DIMENSIONS = 2000;

    /** The first version whose index goes on searching when a filter has left too few. */
    private static final int[] OLDEST = {0, 8};

    /** How far the index looks round: more finds more of the true nearest, and takes longer. */
    private static final int EF_SEARCH = 200;

    private static final String INSERT =
            "insert into chunk_vector (chunk_id, provider, model, embedding) values (?, ?, ?, ?::vector)"
                    + " on conflict do nothing";

    /** Name, table, dimensions, provider and model. */
    private static final String HNSW = "create index %s on %s using hnsw ((embedding::vector(%d)) vector_cosine_ops)"
            + " where provider = %s and model = %s";

    private static final String BREADTH = "select set_config('hnsw.ef_search', :breadth, true),"
            + " set_config('hnsw.iterative_scan', 'relaxed_order', true)";

    /** Dimensions, and what the nearest are wanted of. */
    private static final String ORDER = " order by (v.embedding::vector(%1$d)) <=> %2$s::vector(%1$d)";

    private static final Documents.Model TRIAL = new Documents.Model("a", "b", 3);

    private static final long LOCK = 0x6d69766161766563L;
    private static final int ROWS = 500;

    private final JdbcTemplate template;
    private final NamedParameterJdbcTemplate jdbc;
    private final boolean there;
    private final Set<Documents.Model> indexed = ConcurrentHashMap.newKeySet();
    private volatile boolean complete;

    VectorIndexes(JdbcTemplate template, SearchSettings settings) {
        this.template = template;
        this.jdbc = new NamedParameterJdbcTemplate(template);
        this.there = settings.pgvector() && prepared();
    }

    private boolean prepared() {
        try {
            if (!isAvailable()) {
                return false;
            }
            template.execute((ConnectionCallback<Boolean>) connection -> {
                createTable(connection);
                tryOut(connection);
                return true;
            });
            return true;
        } catch (DataAccessException e) {
            log.warn(
                    "pgvector is on the server but cannot be used, so search looks at all vectors: {}",
                    e.getMostSpecificCause().getMessage());
            return false;
        }
    }

    private boolean isAvailable() {
        List<String> versions = template.queryForList(
                "select coalesce(installed_version, default_version) from pg_available_extensions where name = 'vector'",
                String.class);
        return !versions.isEmpty() && isRecent(versions.get(0));
    }

    static boolean isRecent(String version) {
        String[] parts = version.split("\\.", -1);
        int major = Integer.parseInt(parts[0]);
        return major > OLDEST[0] || Integer.parseInt(parts[1]) >= OLDEST[1];
    }

    /** Processes that start at the same time take turns: "if not exists" alone can fail in one of them. */
    private static void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(" + LOCK + ")");
            try {
                statement.execute("create extension if not exists vector");
                statement.execute("""
                        create table if not exists chunk_vector (
                            chunk_id  uuid   primary key references chunk on delete cascade,
                            provider  text   not null,
                            model     text   not null,
                            embedding vector not null)
                        """);
            } finally {
                statement.execute("select pg_advisory_unlock(" + LOCK + ")");
            }
        }
    }

    /**
     * Writes, indexes and finds a vector in a temporary table of the same name, which hides the real one, and takes it
     * all back: a version of the extension that refuses any of it is found out here, and not by every job.
     */
    private static void tryOut(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    create temporary table chunk_vector (
                        chunk_id uuid primary key, provider text, model text, embedding vector) on commit drop
                    """);
            statement.execute(HNSW.formatted("trial", "pg_temp.chunk_vector", 3, "'a'", "'b'"));
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                bind(insert, new Row(new UUID(0, 1), "a", "b", new float[] {1, 0, 0}));
                insert.executeUpdate();
            }
            statement.execute(BREADTH.replace(":breadth", "'" + EF_SEARCH + "'"));
            if (!isTrue(statement, trial())) {
                throw new SQLException("it does not find the vector it was given");
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
    }

    /** Whether the only vector in the table is found. */
    static String trial() {
        return "select count(*) = 1 from (select from chunk_vector v where " + of(TRIAL)
                + ORDER.formatted(3, "'[1,0,0]'") + " limit 1) as found";
    }

    @Override
    public void contribute(Info.Builder builder) {
        builder.withDetail("search", Map.of("pgvector", there));
    }

    /** A stored chunk's vector. */
    record Row(UUID chunk, String provider, String model, float[] vector) {}

    static Row row(UUID chunk, RagDocument document, int position) {
        return new Row(
                chunk,
                document.model().provider(),
                document.model().name(),
                document.vectors().get(position));
    }

    /** In the caller's transaction; nothing without the extension. */
    void insert(List<Row> rows) {
        if (!there) {
            return;
        }
        template.batchUpdate(INSERT, rows, ROWS, VectorIndexes::bind);
    }

    private static void bind(PreparedStatement statement, Row row) throws SQLException {
        statement.setObject(1, row.chunk());
        statement.setString(2, row.provider());
        statement.setString(3, row.model());
        statement.setString(4, text(row.vector()));
    }

    /** Whether {@link #nearest} may be asked. */
    boolean serves(Documents.Model model) {
        return complete && indexed.contains(model);
    }

    /**
     * The nearest chunks, in no order, some possibly missed.
     *
     * @param scope of chunks of that model
     */
    List<Hit.Key> nearest(Scope scope, Documents.Model model, float[] vector, int limit) {
        jdbc.queryForList(BREADTH, Map.of("breadth", Integer.toString(Math.max(EF_SEARCH, limit))));
        MapSqlParameterSource parameters =
                scope.parameters().addValue("vector", text(vector)).addValue("limit", limit);
        return jdbc.query(
                "select d.id, c.id "
                        + scope.sql("join chunk_vector v on v.chunk_id = c.id and " + of(model))
                        + ORDER.formatted(model.dimensions(), ":vector")
                        + " limit :limit",
                parameters,
                (row, n) -> new Hit.Key(row.getObject(1, UUID.class), row.getObject(2, UUID.class)));
    }

    /** Literals, since only these tell the planner that an index of one model's vectors will do. */
    private static String of(Documents.Model model) {
        return "v.provider = %s and v.model = %s".formatted(literal(model.provider()), literal(model.model()));
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String text(float[] vector) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < vector.length; i++) {
            text.append(i == 0 ? "" : ",").append(vector[i]);
        }
        return text.append(']').toString();
    }

    /** Gives older chunks their vectors, and models that are new their index. */
    @Scheduled(fixedDelay = 60_000)
    void catchUp() {
        if (!there) {
            return;
        }
        while (!complete) {
            complete = fill() == 0;
        }
        List<Documents.Model> models = template.query(
                "select distinct provider, model, dimensions from result",
                (row, n) -> new Documents.Model(row.getString(1), row.getString(2), row.getInt(3)));
        for (Documents.Model model : models) {
            if (model.dimensions() <= MAX_DIMENSIONS && !indexed.contains(model) && index(model)) {
                indexed.add(model);
            }
        }
    }

    private int fill() {
        List<Row> rows = template.query("""
                select c.id, r.provider, r.model, c.embedding from chunk c join result r on r.id = c.result_id
                 where not exists (select from chunk_vector v where v.chunk_id = c.id)
                 limit %d
                """.formatted(ROWS), (row, n) -> stored(row));
        insert(rows);
        return rows.size();
    }

    private static Row stored(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes(4);
        float[] vector = new float[bytes.length / Float.BYTES];
        java.util.Objects.requireNonNull(Vectors.decode(bytes)).get(vector);
        return new Row(row.getObject(1, UUID.class), row.getString(2), row.getString(3), vector);
    }

    /** @return false when another process is about it */
    private boolean index(Documents.Model model) {
        return Boolean.TRUE.equals(template.execute((ConnectionCallback<Boolean>) connection -> {
            try (Statement statement = connection.createStatement()) {
                // Not waited for: whoever waits holds a snapshot, which building the index would wait for in turn.
                if (!isTrue(statement, "select pg_try_advisory_lock(" + LOCK + ")")) {
                    return false;
                }
                try {
                    build(statement, model);
                    return true;
                } finally {
                    statement.execute("select pg_advisory_unlock(" + LOCK + ")");
                }
            }
        }));
    }

    private static void build(Statement statement, Documents.Model model) throws SQLException {
        String name =
                "chunk_vector_" + Integer.toHexString(QueryEmbedding.name(model).hashCode()) + "_" + model.dimensions();
        String found = "from pg_index where indexrelid = to_regclass('" + name + "')";
        if (isTrue(statement, "select exists (select " + found + " and indisvalid)")) {
            return;
        }
        // What a process that was killed has left behind.
        statement.execute("drop index if exists " + name);
        statement.execute(HNSW.formatted(
                "concurrently " + name,
                "chunk_vector",
                model.dimensions(),
                literal(model.provider()),
                literal(model.model())));
    }

    private static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }
}
