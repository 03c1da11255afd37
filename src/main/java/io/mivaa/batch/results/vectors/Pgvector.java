package io.mivaa.batch.results.vectors;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Checks once, at startup, whether the server has a working pgvector, and if so creates its table. Without one, search
 * scans all vectors. Thread-safe.
 */
@Repository
public class Pgvector implements InfoContributor {

    private static final Logger log = LoggerFactory.getLogger(Pgvector.class);

    /** The first version whose index continues the search when a filter has removed too many candidates. */
    private static final int[] OLDEST = {0, 8};

    private static final VectorModel TRIAL = new VectorModel("a", "b", 3);

    private final JdbcTemplate template;
    private final boolean usable;

    public Pgvector(JdbcTemplate template, PgvectorSettings settings) {
        this.template = template;
        this.usable = settings.pgvector() && isPrepared();
    }

    /** Whether table chunk_vector exists and can be written, indexed and searched. */
    boolean isUsable() {
        return usable;
    }

    @Override
    public void contribute(Info.Builder builder) {
        builder.withDetail("search", Map.of("pgvector", usable));
    }

    private boolean isPrepared() {
        try {
            if (!isInstallable()) {
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
                    "The server has pgvector, but it cannot be used, so search scans all vectors: {}",
                    e.getMostSpecificCause().getMessage());
            return false;
        }
    }

    private boolean isInstallable() {
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

    /** Under a lock, because "if not exists" alone can fail when several processes start at the same time. */
    private static void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(" + VectorSql.LOCK + ")");
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
                statement.execute("select pg_advisory_unlock(" + VectorSql.LOCK + ")");
            }
        }
    }

    /**
     * Writes, indexes and finds a vector, then rolls back. If a version of the extension refuses one of these
     * statements, this fails here instead of failing every job.
     */
    private static void tryOut(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            prepareTrial(statement);
            try (PreparedStatement insert = connection.prepareStatement(VectorSql.INSERT)) {
                VectorSql.bind(insert, new ChunkVector(new UUID(0, 1), "a", "b", new float[] {1, 0, 0}));
                insert.executeUpdate();
            }
            statement.execute(VectorSql.SET_BREADTH.replace(":breadth", "'" + VectorSql.BREADTH + "'"));
            if (!VectorSql.isTrue(statement, trial())) {
                throw new SQLException("a vector that was just inserted is not found");
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
    }

    /** A temporary table hides the real one, which has the same name. */
    private static void prepareTrial(Statement statement) throws SQLException {
        statement.execute("""
                create temporary table chunk_vector (
                    chunk_id uuid primary key, provider text, model text, embedding vector) on commit drop
                """);
        statement.execute(VectorSql.createIndex("trial", "pg_temp.chunk_vector", TRIAL));
    }

    /** Whether the only vector in the table is found. */
    static String trial() {
        return "select count(*) = 1 from (select from chunk_vector v where " + VectorSql.isOf(TRIAL)
                + VectorSql.nearestFirst(TRIAL, "'[1,0,0]'") + " limit 1) as found";
    }
}
