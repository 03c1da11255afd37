package io.mivaa.batch.chaos;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The driver of PostgreSQL with a {@link PlantedBug} in it, so that no connection pool gets past the bug. Which one
 * says the system property {@value #BUG}.
 */
public final class PlantedDriver implements java.sql.Driver {

    static final String BUG = "mivaa.chaos.bug";

    private final org.postgresql.Driver real = new org.postgresql.Driver();
    private final PlantedBug bug = PlantedBug.valueOf(System.getProperty(BUG));

    @Override
    public @Nullable Connection connect(String url, Properties info) throws SQLException {
        Connection connection = real.connect(url, info);
        return connection == null ? null : bugged(connection);
    }

    private Connection bugged(Connection connection) {
        InvocationHandler handler = (self, method, arguments) -> call(connection, method, arguments);
        return (Connection)
                Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
    }

    private Object call(Connection connection, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("prepareStatement")) {
            String sql = (String) arguments[0];
            arguments[0] = bug.rewrite(connection, sql);
            if (!sql.equals(arguments[0])) {
                bug.strike();
            }
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return real.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return real.getPropertyInfo(url, info);
    }

    @Override
    public int getMajorVersion() {
        return real.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return real.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return real.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger(DriverManager.class.getName());
    }
}
