package io.mivaa.batch.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All that one instance says to the world, as numbered points: each statement, each commit, each command to Redis. At
 * one of them a fault strikes. Nothing in the service knows of it. Used by one thread at a time, besides
 * {@link #awaitFreeze} and {@link #thaw}.
 */
public final class Boundary {

    /** What happens at the chosen point. */
    public enum Fault {
        CRASHES_BEFORE,
        /** The operation was done, but nobody heard the answer. */
        CRASHES_AFTER,
        LOSES_ITS_CONNECTION_BEFORE,
        /** The operation was done, but nobody heard the answer; the instance lives on. */
        LOSES_ITS_CONNECTION_AFTER,
        /** After one point is before the next. */
        FREEZES_BEFORE;

        public boolean crash() {
            return this == CRASHES_BEFORE || this == CRASHES_AFTER;
        }

        public boolean freeze() {
            return this == FREEZES_BEFORE;
        }

        private boolean before() {
            return this == CRASHES_BEFORE || this == LOSES_ITS_CONNECTION_BEFORE || this == FREEZES_BEFORE;
        }
    }

    /** The instance is no more: no code of it survives this. */
    public static final class Dead extends Error {
        private static final long serialVersionUID = 1L;

        Dead() {
            super("this instance is dead", null, false, false);
        }
    }

    /** A connection as the fault sees it. */
    interface Link {

        /** The other side is gone, and with it what was not committed. */
        void cut();

        /** Whether a transaction is under way that the server ends when nothing more is heard of it. */
        boolean withinTransaction();

        /** What the instance gets to see when the connection breaks. */
        Exception broken(boolean answerLost);
    }

    /** One operation. */
    interface Crossing<T> {
        @Nullable
        T cross() throws Throwable;
    }

    private final List<String> points = new ArrayList<>();
    private final Set<Link> open = ConcurrentHashMap.newKeySet();

    private @Nullable Fault fault;
    private int at;
    private Runnable whenStruck = () -> {};
    private volatile boolean dead;
    private volatile boolean struck;
    private CountDownLatch frozen = new CountDownLatch(1);
    private CountDownLatch thawed = new CountDownLatch(1);

    /** From here on points are counted from 0, and nothing strikes. */
    public void calm() {
        points.clear();
        open.clear();
        fault = null;
        dead = false;
        struck = false;
        frozen = new CountDownLatch(1);
        thawed = new CountDownLatch(1);
    }

    /**
     * From here on points are counted from 0, and the fault strikes once.
     *
     * @param whenStruck what the world does about an instance that is dead or frozen
     */
    public void strike(Fault what, int point, Runnable whenStruck) {
        calm();
        this.fault = what;
        this.at = point;
        this.whenStruck = whenStruck;
    }

    /** What was said so far. */
    public List<String> points() {
        return List.copyOf(points);
    }

    public boolean dead() {
        return dead;
    }

    public boolean struck() {
        return struck;
    }

    /** For who called something that made another failure of {@link Dead}. */
    public void endIfDead() {
        if (dead) {
            throw new Dead();
        }
    }

    /** Waits until the instance is frozen. */
    public boolean awaitFreeze(long millis) throws InterruptedException {
        return frozen.await(millis, TimeUnit.MILLISECONDS);
    }

    public void thaw() {
        thawed.countDown();
    }

    public boolean thawed() {
        return thawed.getCount() == 0;
    }

    void opened(Link link) {
        open.add(link);
    }

    void closed(Link link) {
        open.remove(link);
    }

    /** Every operation of the instance comes through here. */
    <T> @Nullable T cross(String what, Link link, Crossing<T> operation) throws Throwable {
        if (dead) {
            throw new Dead();
        }
        int point = points.size();
        points.add(what);
        Fault now = fault;
        if (now == null || struck || point != at) {
            return operation.cross();
        }
        if (now.before()) {
            strikeNow(now, link);
            return operation.cross();
        }
        T answer = operation.cross();
        strikeNow(now, link);
        return answer;
    }

    /** Returns only when the instance was frozen and goes on. */
    private void strikeNow(Fault now, Link link) throws Exception {
        struck = true;
        if (now.crash()) {
            dead = true;
            open.forEach(Link::cut);
            whenStruck.run();
            throw new Dead();
        }
        if (!now.freeze()) {
            link.cut();
            throw link.broken(!now.before());
        }
        open.stream().filter(Link::withinTransaction).forEach(Link::cut);
        whenStruck.run();
        frozen.countDown();
        if (!thawed.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody thawed this instance");
        }
    }
}
