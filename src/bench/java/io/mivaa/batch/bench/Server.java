package io.mivaa.batch.bench;

import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The database of one measurement, and what its server did meanwhile. Not thread-safe. */
public final class Server implements AutoCloseable {

    private static final long TICKS_PER_SECOND = 100;

    private final RealServers.Database database;
    private final String name;
    private final Connection connection;
    private final Connection administration;

    Server(RealServers.Database database) throws SQLException {
        this.database = database;
        this.name = database.jdbcUrl().substring(database.jdbcUrl().lastIndexOf('/') + 1);
        this.connection = database.connect();
        this.administration = DriverManager.getConnection(
                database.jdbcUrl().substring(0, database.jdbcUrl().length() - name.length()) + "postgres",
                database.username(),
                database.password());
    }

    /**
     * What was used up to a moment.
     *
     * @param jvm seconds of processor
     * @param postgres seconds of processor
     * @param idle seconds of processor
     */
    record Used(double jvm, double postgres, double idle, long commits, long fsyncs, long walBytes) {

        /** This one's seconds with another one's counts. */
        Used withCountsOf(Used other) {
            return new Used(jvm, postgres, idle, other.commits, other.fsyncs, other.walBytes);
        }

        Used since(Used before) {
            return new Used(
                    jvm - before.jvm,
                    postgres - before.postgres,
                    idle - before.idle,
                    commits - before.commits,
                    fsyncs - before.fsyncs,
                    walBytes - before.walBytes);
        }
    }

    public RealServers.Database database() {
        return database;
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public long number(String sql) throws SQLException {
        return number(connection, sql);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * What autovacuum would do some time soon, and a checkpoint, so that none falls into the measurement by chance.
     * Autovacuum leaves empty tables alone, and so does this: plans made for a table that is known to be empty read all
     * of it for as long as they are kept.
     */
    void settle() throws SQLException {
        for (String table : tables()) {
            if (number("select count(*) from (select from " + table + " limit 1) one") > 0) {
                execute("vacuum analyze " + table);
            }
        }
        execute("checkpoint");
    }

    private List<String> tables() throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select format('%I.%I', schemaname, relname) from pg_stat_user_tables order by 1")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    Used used() throws SQLException, IOException {
        execute("select pg_stat_force_next_flush()");
        return new Used(
                ticks(ProcessHandle.current().pid(), false) / (double) TICKS_PER_SECOND,
                postgresTicks() / (double) TICKS_PER_SECOND,
                Long.parseLong(Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split(" +", -1)[4])
                        / (double) TICKS_PER_SECOND,
                number(administration, "select xact_commit from pg_stat_database where datname = '" + name + "'"),
                number(administration, "select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal'"),
                number(administration, "select wal_bytes from pg_stat_wal"));
    }

    /** Adds what the server's busy processes wait for just now; "cpu" when for nothing but the processor. */
    void sampleWaits(Map<String, Integer> counts) throws SQLException {
        try (Statement statement = administration.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select coalesce(wait_event_type || ':' || wait_event, 'cpu'), count(*) from pg_stat_activity"
                                + " where state = 'active' and pid <> pg_backend_pid() group by 1")) {
            while (rows.next()) {
                counts.merge(rows.getString(1), rows.getInt(2), Integer::sum);
            }
        }
    }

    /** Of all its processes, those that have ended included. */
    private long postgresTicks() throws SQLException, IOException {
        long backend = number(administration, "select pg_backend_pid()");
        long main = Long.parseLong(stat(backend)[1]);
        long ticks = ticks(main, true);
        for (ProcessHandle child : ProcessHandle.of(main).orElseThrow().children().toList()) {
            ticks += ticks(child.pid(), false);
        }
        return ticks;
    }

    private static long ticks(long pid, boolean withEndedChildren) throws IOException {
        String[] stat = stat(pid);
        long own = Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
        return withEndedChildren ? own + Long.parseLong(stat[13]) + Long.parseLong(stat[14]) : own;
    }

    /** From the state on. */
    private static String[] stat(long pid) throws IOException {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        } catch (java.nio.file.NoSuchFileException ended) {
            return "X 0 0 0 0 0 0 0 0 0 0 0 0 0 0".split(" ", -1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        try (Statement statement = administration.createStatement()) {
            statement.execute("drop database if exists " + name + " with (force)");
        }
        administration.close();
    }
}
