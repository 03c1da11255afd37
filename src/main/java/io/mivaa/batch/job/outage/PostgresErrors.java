package io.mivaa.batch.job.outage;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.stereotype.Component;

/**
 * Translates errors of PostgreSQL as Spring does, and one that Spring does not recognize: a lock that was not available
 * within {@code lock_timeout}, which may be set for our role or database. It is transient; untranslated it would count as
 * a defect of the service or of a document. Thread-safe.
 */
@Component
public final class PostgresErrors implements SQLExceptionTranslator {

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final SQLExceptionTranslator others = new SQLExceptionSubclassTranslator();

    /** Creates a client whose failures are translated like this. */
    public static JdbcClient client(DataSource database) {
        JdbcTemplate template = new JdbcTemplate(database);
        template.setExceptionTranslator(new PostgresErrors());
        return JdbcClient.create(template);
    }

    @Override
    public @Nullable DataAccessException translate(String task, @Nullable String sql, SQLException failure) {
        for (SQLException each = failure; each != null; each = each.getNextException()) {
            if (LOCK_NOT_AVAILABLE.equals(each.getSQLState())) {
                return new CannotAcquireLockException(task + "; " + failure.getMessage(), failure);
            }
        }
        return others.translate(task, sql, failure);
    }
}
