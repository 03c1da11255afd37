package io.mivaa.batch.bench;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/** Counts the statements sent through a data source; a batch counts as one. */
final class Counted {

    private final LongAdder statements = new LongAdder();

    long statements() {
        return statements.sum();
    }

    DataSource count(DataSource source) {
        return wrap(DataSource.class, source);
    }

    private <T> T wrap(Class<T> type, Object target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (target instanceof Statement && method.getName().startsWith("execute")) {
                statements.increment();
            }
            try {
                Object answer = method.invoke(target, arguments);
                if (answer instanceof CallableStatement || method.getName().equals("unwrap")) {
                    return answer;
                } else if (answer instanceof PreparedStatement) {
                    return wrap(PreparedStatement.class, answer);
                } else if (answer instanceof Statement) {
                    return wrap(Statement.class, answer);
                } else if (answer instanceof Connection && target instanceof DataSource) {
                    return wrap(Connection.class, answer);
                }
                return answer;
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
