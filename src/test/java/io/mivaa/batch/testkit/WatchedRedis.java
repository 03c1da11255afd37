package io.mivaa.batch.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * A Redis behind a {@link Boundary}: every command, script and pipeline is a point of it. A pipeline runs over the
 * connection that all share, because one of its own for each pipeline takes its time to come up. Thread-safe.
 */
public final class WatchedRedis implements Boundary.Link {

    /** What stays within this process. */
    private static final Set<String> LOCAL = Set.of(
            "close",
            "isClosed",
            "isQueueing",
            "isSubscribed",
            "getSubscription",
            "getNativeConnection",
            "getSentinelConnection",
            "convertAndSend");

    private static final Pattern KEY = Pattern.compile("\\{[^}]*}:([a-z]+)");

    private final Boundary boundary;

    private WatchedRedis(Boundary boundary) {
        this.boundary = boundary;
    }

    /** A template that reaches Redis through the boundary only. */
    public static StringRedisTemplate template(RedisConnectionFactory redis, Boundary boundary) {
        WatchedRedis watched = new WatchedRedis(boundary);
        return new StringRedisTemplate(watched.proxy(RedisConnectionFactory.class, redis, null));
    }

    @Override
    public void cut() {}

    @Override
    public boolean withinTransaction() {
        return false;
    }

    @Override
    public Exception broken(boolean answerLost) {
        return answerLost
                ? new QueryTimeoutException("Redis did not answer in time")
                : new RedisConnectionFailureException("Redis cannot be reached");
    }

    /** One connection. Commands in a pipeline leave together, when it is closed. */
    private static final class Watched {
        private @Nullable List<Boundary.Crossing<Object>> pipeline;
    }

    /** @param owner the connection, null for what makes connections */
    private <T> T proxy(Class<T> type, Object real, @Nullable Watched owner) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = owner == null || staysHere(method)
                            ? call(real, method, arguments)
                            : send(owner, method, arguments, () -> call(real, method, arguments));
                    return watched(method, answer, owner);
                }));
    }

    private @Nullable Object send(
            Watched owner, Method method, @Nullable Object @Nullable [] arguments, Boundary.Crossing<Object> command)
            throws Throwable {
        List<Boundary.Crossing<Object>> pipeline = owner.pipeline;
        return switch (method.getName()) {
            case "isPipelined" -> pipeline != null;
            case "openPipeline" -> {
                owner.pipeline = new ArrayList<>();
                yield null;
            }
            case "closePipeline" -> {
                owner.pipeline = null;
                yield pipeline == null ? List.of() : boundary.cross("redis pipeline", this, () -> all(pipeline));
            }
            default -> {
                if (pipeline == null) {
                    yield boundary.cross(name(method, arguments), this, command);
                }
                pipeline.add(command);
                yield null;
            }
        };
    }

    private static List<@Nullable Object> all(List<Boundary.Crossing<Object>> commands) throws Throwable {
        List<@Nullable Object> answers = new ArrayList<>();
        for (Boundary.Crossing<Object> command : commands) {
            answers.add(command.cross());
        }
        return answers;
    }

    private @Nullable Object watched(Method method, @Nullable Object answer, @Nullable Watched owner) {
        if (answer instanceof RedisConnection made && method.getReturnType() == RedisConnection.class) {
            return proxy(RedisConnection.class, made, new Watched());
        }
        return answer != null && owner != null && givesCommands(method)
                ? proxy(method.getReturnType(), answer, owner)
                : answer;
    }

    private static boolean staysHere(Method method) {
        return method.getDeclaringClass() == Object.class || LOCAL.contains(method.getName()) || givesCommands(method);
    }

    private static boolean givesCommands(Method method) {
        return method.getName().endsWith("Commands");
    }

    private static @Nullable Object call(Object real, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The command and the kinds of keys it is about. */
    private static String name(Method method, @Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            return "redis " + method.getName();
        }
        String all = Arrays.stream(arguments)
                .map(argument -> argument instanceof byte[][] keys
                        ? Arrays.stream(keys).map(WatchedRedis::text).collect(Collectors.joining(" "))
                        : argument instanceof byte[] key ? text(key) : "")
                .collect(Collectors.joining(" "));
        Matcher keys = KEY.matcher(all);
        return "redis " + method.getName()
                + keys.results().map(found -> found.group(1)).distinct().collect(Collectors.joining(" ", " ", ""));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
