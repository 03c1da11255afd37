package io.mivaa.batch.progress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.outage.Setback;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.progress.EventLog.Part;
import io.mivaa.batch.progress.EventLog.Placed;
import io.mivaa.batch.progress.Frames.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells everybody who listens on this instance what happens anywhere. While somebody does, one poll in a tick asks for
 * what was committed since the last one, for all of them. Who comes new is first told, at its own pace, what it has
 * missed, and then joins the others between two polls. Three threads, however many listen: for the polls, for those who
 * catch up, and for heartbeats, which go on while the database is away. Thread-safe.
 */
@Component
class EventFeed implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

    private static final int PAGE = 500;

    /** Of those who have caught up so many join at a time, so that no poll waits long for them. */
    private static final int JOINING = 50;

    private static final Duration PROGRESS = Duration.ofMillis(250);

    /** An estimate changes while nothing happens. */
    private static final Duration PROGRESS_WITHOUT_EVENTS = Duration.ofSeconds(1);

    private final EventLog events;
    private final Frames frames;
    private final EventSettings settings;
    private final Counter told;

    /** Up to date with {@link #reached}. */
    private final Set<Listener> members = ConcurrentHashMap.newKeySet();

    private final Set<Listener> behind = ConcurrentHashMap.newKeySet();
    private final Set<BatchId> changed = new HashSet<>();
    private final Map<BatchId, byte[]> lastProgress = new HashMap<>();
    private final Setback polling = new Setback(log);
    private final Setback catchingUp = new Setback(log);
    private @Nullable ScheduledExecutorService threads;
    private @Nullable Position reached;
    private long progressAt = System.nanoTime();
    private long allProgressAt = System.nanoTime();
    private volatile boolean running;

    EventFeed(EventLog events, Frames frames, EventSettings settings, MeterRegistry meters) {
        this.events = events;
        this.frames = frames;
        this.settings = settings;
        this.told = Counter.builder("mivaa.events.told")
                .description("Events sent, once for each listener")
                .register(meters);
        Gauge.builder("mivaa.sse.listeners", () -> members.size() + behind.size())
                .description("Open streams of events")
                .register(meters);
        Gauge.builder("mivaa.sse.behind", behind::size)
                .description("Those of them that still have to be told what was before now")
                .register(meters);
    }

    /** Tells the listener everything after its position, and goes on telling. It is to be let {@link #leave}. */
    void join(Listener listener) {
        behind.add(listener);
        if (listener.outlet().isOver()) {
            leave(listener);
        } else if (!running) {
            listener.outlet().close();
        }
    }

    void leave(Listener listener) {
        behind.remove(listener);
        members.remove(listener);
    }

    @Override
    public void start() {
        ScheduledExecutorService made = Executors.newScheduledThreadPool(3, task -> {
            Thread thread = new Thread(task, "events");
            thread.setDaemon(true);
            return thread;
        });
        every(made, settings.poll(), () -> quietly(polling, this::tick));
        every(made, settings.poll(), () -> quietly(catchingUp, this::catchUp));
        every(made, settings.heartbeat(), this::beat);
        threads = made;
        running = true;
    }

    private static void every(ScheduledExecutorService threads, Duration delay, Runnable task) {
        Future<?> unused =
                threads.scheduleWithFixedDelay(task, delay.toMillis(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whatever it is, the next pass tries again: a task that throws would never be run again. */
    private static void quietly(Setback setback, Runnable pass) {
        try {
            pass.run();
            setback.over();
        } catch (RuntimeException e) {
            setback.tell("Whoever listens is told later", e);
        }
    }

    /** Before the web server waits for its requests: a stream would never end by itself. */
    @Override
    public void stop() {
        running = false;
        if (threads != null) {
            threads.shutdownNow();
        }
        everybody().forEach(listener -> listener.outlet().close());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private List<Listener> everybody() {
        List<Listener> all = new ArrayList<>(members);
        all.addAll(behind);
        return all;
    }

    private synchronized void tick() {
        if (members.isEmpty()) {
            reached = null;
            lastProgress.clear();
            changed.clear();
            return;
        }
        poll();
        progress();
    }

    /**
     * Brings all members up to now, page by page: what was told stays told when a later page fails. Who holds the lock
     * after it knows that they are where {@link #reached} is.
     */
    private Snapshot poll() {
        Snapshot now = events.now();
        Position end = Position.at(now);
        Position at = reached == null ? end : reached;
        while (!at.equals(end) && !members.isEmpty()) {
            Part part = events.after(at, now, workspaces(members), null, PAGE);
            tellMembers(at, part);
            at = part.next();
            reached = at;
        }
        reached = end;
        return now;
    }

    private static Set<Workspace> workspaces(Collection<Listener> listeners) {
        return listeners.stream().map(Listener::workspace).collect(Collectors.toSet());
    }

    private void tellMembers(Position before, Part part) {
        List<Listener> listeners = List.copyOf(members);
        List<Placed> wanted = part.events().stream()
                .filter(placed -> listeners.stream().anyMatch(listener -> wants(listener, placed)))
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        wanted.forEach(placed -> changed.add(placed.event().batch()));
        List<Frame> news = frames.of(wanted);
        for (Listener listener : listeners) {
            listener.isAt(before);
            if (!tell(listener, news)) {
                behind.add(listener);
                members.remove(listener);
                if (listener.outlet().isOver()) {
                    leave(listener);
                }
            }
        }
    }

    private static boolean wants(Listener listener, Placed placed) {
        return listener.wants(placed.event().workspace(), placed.event().batch());
    }

    /** @return false when the reader does not take them all now; its position says how far it has got */
    private boolean tell(Listener listener, List<Frame> news) {
        List<Frame> mine = news.stream()
                .filter(frame -> listener.wants(frame.workspace(), frame.batch()))
                .toList();
        int sent = listener.outlet().send(mine.stream().map(Frame::bytes).toList());
        told.increment(sent);
        Position reached = sent == 0 ? null : mine.get(sent - 1).position();
        if (reached != null) {
            listener.isAt(reached);
        }
        return sent == mine.size();
    }

    /**
     * One page after the other to each who is behind and has taken the former one. Only the last page is read under the
     * lock: what it ends with is what the next poll begins with, for everybody.
     */
    private void catchUp() {
        boolean more = !behind.isEmpty();
        while (more && running) {
            more = false;
            List<Listener> near = new ArrayList<>();
            Snapshot now = events.now();
            for (Listener listener : behind) {
                if (listener.outlet().isDrained()) {
                    Part part = next(listener, now);
                    if (part.last()) {
                        near.add(listener);
                    } else {
                        more |= tellAlone(listener, part);
                    }
                }
            }
            for (int from = 0; from < near.size(); from += JOINING) {
                admit(near.subList(from, Math.min(from + JOINING, near.size())));
            }
        }
    }

    private synchronized void admit(List<Listener> near) {
        Snapshot now = poll();
        for (Listener listener : near) {
            Part part = next(listener, now);
            if (tellAlone(listener, part) && part.last()) {
                members.add(listener);
                // It may have left in between.
                if (!behind.remove(listener)) {
                    members.remove(listener);
                }
            }
        }
    }

    private Part next(Listener listener, Snapshot upTo) {
        return events.after(listener.position(), upTo, List.of(listener.workspace()), listener.batch(), PAGE);
    }

    private boolean tellAlone(Listener listener, Part part) {
        boolean all = tell(listener, frames.of(part.events()));
        if (all) {
            listener.isAt(part.next());
        }
        return all;
    }

    /** How far the batches are of which something was told, at most four times a second. */
    private void progress() {
        long now = System.nanoTime();
        if (now - progressAt < PROGRESS.toNanos()) {
            return;
        }
        progressAt = now;
        Set<BatchId> batches = new HashSet<>(changed);
        changed.clear();
        boolean all = now - allProgressAt >= PROGRESS_WITHOUT_EVENTS.toNanos();
        if (all) {
            allProgressAt = now;
            members.stream().map(Listener::batch).filter(Objects::nonNull).forEach(batches::add);
        }
        if (batches.isEmpty()) {
            return;
        }
        List<Frame> news = frames.progress(batches);
        if (all) {
            endThoseOfDeleted(news);
        }
        List<Frame> changes = news.stream()
                .filter(frame -> !Arrays.equals(frame.bytes(), lastProgress.put(frame.batch(), frame.bytes())))
                .toList();
        members.stream().filter(listener -> listener.outlet().isDrained()).forEach(listener -> tell(listener, changes));
    }

    private void endThoseOfDeleted(List<Frame> known) {
        Set<BatchId> there = known.stream().map(Frame::batch).collect(Collectors.toSet());
        lastProgress.keySet().retainAll(there);
        for (Listener listener : members) {
            if (listener.batch() != null && !there.contains(listener.batch())) {
                listener.outlet().close();
            }
        }
    }

    private void beat() {
        everybody().stream()
                .filter(listener -> listener.outlet().isDrained())
                .forEach(listener -> listener.outlet().send(List.of(Frames.HEARTBEAT)));
    }
}
