package io.mivaa.batch.progress;

import io.mivaa.batch.progress.EventLog.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Sends listeners the events that they have missed, each at the pace at which it reads. For one thread. */
final class CatchUp {

    /** How many listeners become current at a time, so that no poll waits long for them. */
    private static final int JOINING = 50;

    private final EventLog events;
    private final Audience audience;
    private final LiveEvents live;

    CatchUp(EventLog events, Audience audience, LiveEvents live) {
        this.events = events;
        this.audience = audience;
        this.live = live;
    }

    /** Sends pages until every listener is current or has a page that it has not taken yet. */
    void run(BooleanSupplier running) {
        boolean more = true;
        while (more && running.getAsBoolean()) {
            more = sendPages();
        }
    }

    /** @return whether a listener took its page and has another one to receive */
    private boolean sendPages() {
        if (audience.behind().isEmpty()) {
            return false;
        }
        boolean more = false;
        List<Listener> near = new ArrayList<>();
        Snapshot now = events.now();
        for (Listener listener : audience.behind()) {
            if (listener.outlet().isDrained()) {
                Part part = events.after(listener, now);
                if (part.last()) {
                    near.add(listener);
                } else {
                    more |= live.send(listener, part);
                }
            }
        }
        for (int from = 0; from < near.size(); from += JOINING) {
            live.admit(near.subList(from, Math.min(from + JOINING, near.size())));
        }
        return more;
    }
}
