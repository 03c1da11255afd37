package io.mivaa.batch.progress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.progress.Frames.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The listeners of this instance. One is either current, or behind and has missed events to receive. Thread-safe. */
final class Audience {

    private final Set<Listener> current = ConcurrentHashMap.newKeySet();
    private final Set<Listener> behind = ConcurrentHashMap.newKeySet();
    private final Counter sent;

    Audience(MeterRegistry meters) {
        this.sent = Counter.builder("mivaa.events.told")
                .description("Events sent, counted once for each listener")
                .register(meters);
        Gauge.builder("mivaa.sse.listeners", () -> current.size() + behind.size())
                .description("Open event streams")
                .register(meters);
        Gauge.builder("mivaa.sse.behind", behind::size)
                .description("Open event streams that have not caught up yet")
                .register(meters);
    }

    Set<Listener> current() {
        return current;
    }

    Set<Listener> behind() {
        return behind;
    }

    List<Listener> all() {
        List<Listener> all = new ArrayList<>(current);
        all.addAll(behind);
        return all;
    }

    void add(Listener listener) {
        behind.add(listener);
        if (listener.outlet().isOver()) {
            remove(listener);
        }
    }

    void remove(Listener listener) {
        behind.remove(listener);
        current.remove(listener);
    }

    void caughtUp(Listener listener) {
        current.add(listener);
        // It may have been removed in between.
        if (!behind.remove(listener)) {
            current.remove(listener);
        }
    }

    void fellBehind(Listener listener) {
        add(listener);
        current.remove(listener);
    }

    /** @return false when the reader does not take all of them now; the listener's position is after the last one sent */
    boolean send(Listener listener, List<Frame> news) {
        List<Frame> wanted = news.stream()
                .filter(frame -> listener.wants(frame.workspace(), frame.batch()))
                .toList();
        int count = listener.outlet().send(wanted.stream().map(Frame::bytes).toList());
        sent.increment(count);
        Position reached = count == 0 ? null : wanted.get(count - 1).position();
        if (reached != null) {
            listener.isAt(reached);
        }
        return count == wanted.size();
    }
}
