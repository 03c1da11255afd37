package io.mivaa.batch.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.worker.MivaaContender;
import java.sql.Connection;

/**
 * What a transaction that stays open costs: no version of a row that was dead after its snapshot is removed, and the
 * row of a batch has a new version with each claim and each group of commits. Prints jobs per second, slice by slice,
 * without and with such a snapshot, in turns. Settings are system properties: {@code bench.jobs} (of one batch),
 * {@code bench.threads}, {@code bench.rounds}.
 */
public final class LongSnapshot {

    private static final int JOBS = Integer.getInteger("bench.jobs", 20_000);
    private static final int THREADS = Integer.getInteger("bench.threads", 16);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 2);
    private static final int SLICES = 5;

    private LongSnapshot() {}

    public static void main(String[] arguments) throws Exception {
        // Before the application sets its levels, and so that it keeps them.
        System.setProperty("logging.level.root", "warn");
        System.setProperty("logging.level.io.mivaa", "warn");
        measure(false, JOBS / 10);
        for (int round = 1; round <= ROUNDS; round++) {
            System.out.printf("round %d, without a snapshot: %s%n", round, measure(false, JOBS));
            System.out.printf("round %d, with a snapshot: %s%n", round, measure(true, JOBS));
        }
        System.exit(0);
    }

    private static String measure(boolean snapshot, int jobs) throws Exception {
        try (var server = new Server(RealServers.emptyDatabase());
                var pool = pool(server);
                var service =
                        new MivaaContender(server, THREADS, pool, MivaaContender.Documents.DIFFERENT, 1)) {
            service.store(jobs);
            server.settle();
            try (Connection old = server.database().connect()) {
                if (snapshot) {
                    old.setAutoCommit(false);
                    old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                    old.createStatement().execute("select count(*) from batch");
                }
                return slices(service, jobs)
                        + "; dead versions left: batch "
                        + dead(server, "batch")
                        + ", job "
                        + dead(server, "job");
            }
        }
    }

    /** Jobs per second of each slice. */
    private static String slices(MivaaContender service, int jobs) throws Exception {
        StringBuilder text = new StringBuilder();
        long start = System.nanoTime();
        service.start();
        for (int slice = 1; slice <= SLICES; slice++) {
            service.awaitDone(jobs * slice / SLICES);
            long now = System.nanoTime();
            text.append(slice == 1 ? "" : ", ")
                    .append(Contender.rounded(jobs / (double) SLICES / ((now - start) / 1e9)));
            start = now;
        }
        return text + " jobs/s";
    }

    private static long dead(Server server, String table) throws Exception {
        server.execute("select pg_stat_force_next_flush()");
        return server.number("select n_dead_tup from pg_stat_user_tables where relname = '" + table + "'");
    }

    private static HikariDataSource pool(Server server) {
        var config = new HikariConfig();
        config.setJdbcUrl(server.database().jdbcUrl());
        config.setUsername(server.database().username());
        config.setPassword(server.database().password());
        config.addDataSourceProperty("reWriteBatchedInserts", true);
        config.setMaximumPoolSize(THREADS + 8);
        return new HikariDataSource(config);
    }
}
