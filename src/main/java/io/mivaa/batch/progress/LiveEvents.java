package io.mivaa.batch.progress;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.progress.EventLog.Part;
import io.mivaa.batch.progress.EventLog.Placed;
import io.mivaa.batch.progress.Frames.Frame;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sends new events to the listeners that are current: one poll serves all of them. Thread-safe. */
final class LiveEvents {

    private final EventLog events;
    private final Frames frames;
    private final Audience audience;
    private final BatchProgress progress;

    /** What every current listener has received; null when there is no listener. */
    private @Nullable Position reached;

    LiveEvents(EventLog events, Frames frames, Audience audience) {
        this.events = events;
        this.frames = frames;
        this.audience = audience;
        this.progress = new BatchProgress(frames, audience);
    }

    /** Sends what was committed since the last tick. */
    synchronized void tick() {
        if (audience.current().isEmpty()) {
            reached = null;
            progress.forget();
            return;
        }
        poll();
        progress.send();
    }

    /**
     * Lets listeners that have caught up except for one page become current. That page is read under the lock: where it
     * ends, the next poll begins for all listeners.
     */
    synchronized void admit(List<Listener> near) {
        Snapshot now = poll();
        for (Listener listener : near) {
            Part part = events.after(listener, now);
            if (send(listener, part) && part.last()) {
                audience.caughtUp(listener);
            }
        }
    }

    /** @return false when the reader does not take the whole part now */
    boolean send(Listener listener, Part part) {
        boolean all = audience.send(listener, frames.of(part.events()));
        if (all) {
            listener.isAt(part.next());
        }
        return all;
    }

    /**
     * Brings all current listeners up to now, page by page. Pages that were sent stay sent when a later page fails. A
     * caller that holds the lock afterwards knows that the current listeners are at {@link #reached}.
     */
    private Snapshot poll() {
        Snapshot now = events.now();
        Position end = Position.at(now);
        Position at = reached == null ? end : reached;
        while (!at.equals(end) && !audience.current().isEmpty()) {
            Part part = events.after(at, now, workspaces(), null, EventLog.PAGE);
            sendToAll(at, part);
            at = part.next();
            reached = at;
        }
        reached = end;
        return now;
    }

    private Set<Workspace> workspaces() {
        return audience.current().stream().map(Listener::workspace).collect(Collectors.toSet());
    }

    private void sendToAll(Position before, Part part) {
        List<Listener> listeners = List.copyOf(audience.current());
        List<Placed> wanted = part.events().stream()
                .filter(placed -> listeners.stream().anyMatch(listener -> wants(listener, placed)))
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        wanted.forEach(placed -> progress.changed(placed.event().batch()));
        List<Frame> news = frames.of(wanted);
        for (Listener listener : listeners) {
            listener.isAt(before);
            if (!audience.send(listener, news)) {
                audience.fellBehind(listener);
            }
        }
    }

    private static boolean wants(Listener listener, Placed placed) {
        return listener.wants(placed.event().workspace(), placed.event().batch());
    }
}
