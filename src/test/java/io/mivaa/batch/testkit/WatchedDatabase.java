package io.mivaa.batch.testkit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** A database behind a {@link Boundary}: every statement and every commit is a point of it. Thread-safe. */
public final class WatchedDatabase extends AbstractDataSource {

    private final DataSource database;
    private final Boundary boundary;

    public WatchedDatabase(DataSource database, Boundary boundary) {
        this.database = database;
        this.boundary = boundary;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (boundary.dead()) {
            throw new Boundary.Dead();
        }
        return new Watched(database.getConnection()).connection();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    /** One connection, until it is closed or cut. */
    private final class Watched implements Boundary.Link, InvocationHandler {

        private final Connection real;
        private boolean cut;
        private boolean dirty;

        Watched(Connection real) {
            this.real = real;
            boundary.opened(this);
        }

        Connection connection() {
            return proxy(Connection.class, this);
        }

        @Override
        public void cut() {
            cut = true;
            try {
                if (!real.isClosed()) {
                    if (!real.getAutoCommit()) {
                        real.rollback();
                        real.setAutoCommit(true);
                    }
                    real.close();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean withinTransaction() {
            return dirty;
        }

        @Override
        public Exception broken(boolean answerLost) {
            return new SQLException("the connection broke", "08006");
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
            return switch (method.getName()) {
                case "close" -> close();
                case "isClosed" -> cut || real.isClosed();
                case "commit" -> boundary.cross("commit", this, () -> commit(method));
                case "prepareStatement" ->
                    watch(
                            PreparedStatement.class,
                            (Statement) call(real, method, arguments),
                            String.valueOf(arguments[0]));
                case "createStatement" -> watch(Statement.class, (Statement) call(real, method, arguments), "");
                default -> call(real, method, arguments);
            };
        }

        private @Nullable Object close() throws SQLException {
            boundary.closed(this);
            if (!cut) {
                real.close();
            }
            return null;
        }

        private @Nullable Object commit(Method method) throws Throwable {
            Object nothing = call(real, method, null);
            dirty = false;
            return nothing;
        }

        private <S extends Statement> S watch(Class<S> type, @Nullable Statement statement, String prepared) {
            return proxy(type, (proxy, method, arguments) -> {
                if (!method.getName().startsWith("execute")) {
                    return method.getName().equals("close") && cut ? null : call(statement, method, arguments);
                }
                String sql = prepared.isEmpty() && arguments != null ? String.valueOf(arguments[0]) : prepared;
                return boundary.cross(shortened(sql), this, () -> {
                    Object answer = call(statement, method, arguments);
                    dirty = !real.getAutoCommit();
                    return answer;
                });
            });
        }

        private @Nullable Object call(@Nullable Object target, Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable {
            if (boundary.dead()) {
                throw new Boundary.Dead();
            }
            if (cut) {
                throw broken(false);
            }
            if (method.getName().equals("rollback")) {
                dirty = false;
            }
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** What a statement is about: its first words, and where it changes something, what. */
    private static String shortened(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        int update = line.indexOf("update job ");
        String rest = update > 0 ? line.substring(0, Math.min(20, update)) + "… " + line.substring(update) : line;
        return rest.length() > 70 ? rest.substring(0, 70) + "…" : rest;
    }
}
