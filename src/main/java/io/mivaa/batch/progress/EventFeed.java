package io.mivaa.batch.progress;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.outage.Setback;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Sends the listeners of this instance what happens on any instance. While there are listeners, one poll per tick reads
 * what was committed since the last one, for all listeners. A new listener first catches up at its own pace and then
 * joins the others between two polls. Three threads serve any number of listeners: one polls, one serves those that
 * catch up, and one sends heartbeats, which continue while the database is unavailable. Thread-safe.
 */
@Component
class EventFeed implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

    private final EventSettings settings;
    private final Audience audience;
    private final LiveEvents live;
    private final CatchUp catchUp;
    private final Setback polling = new Setback(log);
    private final Setback catchingUp = new Setback(log);
    private @Nullable ScheduledExecutorService threads;
    private volatile boolean running;

    EventFeed(EventLog events, Frames frames, EventSettings settings, MeterRegistry meters) {
        this.settings = settings;
        this.audience = new Audience(meters);
        this.live = new LiveEvents(events, frames, audience);
        this.catchUp = new CatchUp(events, audience, live);
    }

    /** Sends the listener everything after its position, until it is made to {@link #leave}. */
    void join(Listener listener) {
        audience.add(listener);
        if (!running && !listener.outlet().isOver()) {
            listener.outlet().close();
        }
    }

    void leave(Listener listener) {
        audience.remove(listener);
    }

    @Override
    public void start() {
        ScheduledExecutorService made = Executors.newScheduledThreadPool(3, task -> {
            Thread thread = new Thread(task, "events");
            thread.setDaemon(true);
            return thread;
        });
        every(made, settings.poll(), () -> logFailure(polling, live::tick));
        every(made, settings.poll(), () -> logFailure(catchingUp, () -> catchUp.run(this::isRunning)));
        every(made, settings.heartbeat(), this::sendHeartbeats);
        threads = made;
        running = true;
    }

    private static void every(ScheduledExecutorService threads, Duration delay, Runnable task) {
        Future<?> unused =
                threads.scheduleWithFixedDelay(task, delay.toMillis(), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Catches every failure, because a task that throws would never run again. */
    private static void logFailure(Setback setback, Runnable pass) {
        try {
            pass.run();
            setback.over();
        } catch (RuntimeException e) {
            setback.failed("Events reach their listeners later", e);
        }
    }

    private void sendHeartbeats() {
        audience.all().stream()
                .filter(listener -> listener.outlet().isDrained())
                .forEach(listener -> listener.outlet().send(List.of(Frames.HEARTBEAT)));
    }

    /** Runs before the web server waits for its requests, because a stream never ends without this. */
    @Override
    public void stop() {
        running = false;
        if (threads != null) {
            threads.shutdownNow();
        }
        audience.all().forEach(listener -> listener.outlet().close());
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
