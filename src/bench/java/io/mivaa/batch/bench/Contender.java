package io.mivaa.batch.bench;

import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * A queue under measurement, on a database of its own. Used by one thread, in the order of the methods.
 *
 * <p>What a job does is nothing; it counts as done when the contender has stored that it is done.
 */
public interface Contender extends AutoCloseable {

    /** How one is made. */
    interface Maker {

        String name();

        /**
         * @param threads that work on jobs
         * @param pool connections, as many as it likes for that number of threads
         */
        Contender make(Server server, int threads, DataSource pool) throws Exception;
    }

    /** Stores that many jobs; nothing works on them yet. */
    void store(int jobs) throws Exception;

    /** Starts the workers. */
    void start() throws Exception;

    /** Waits until every job is stored as done. */
    void awaitDone(int jobs) throws Exception;

    /** Stops the workers. */
    @Override
    void close() throws SQLException;

    static String rounded(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }
}
