package io.mivaa.batch.worker;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The slots of one round of the dispatcher. Either the round ends and returns the slots it did not use, or the watchdog
 * revokes all of them because the round hangs; the first of the two decides. Thread-safe, except that only the
 * dispatcher may use slots.
 */
final class Reservation {

    private enum State {
        OPEN,
        ENDED,
        REVOKED
    }

    private final int slots;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private int used;

    Reservation(int slots) {
        this.slots = slots;
    }

    int slots() {
        return slots;
    }

    /** One of the slots belongs to an attempt now. */
    void use() {
        used++;
    }

    int unused() {
        return slots - used;
    }

    /** Whether the slots are still the round's. If so, they cannot be revoked any more. */
    boolean end() {
        return state.compareAndSet(State.OPEN, State.ENDED) || state.get() == State.ENDED;
    }

    /** Whether the slots are the caller's now. */
    boolean revoke() {
        return state.compareAndSet(State.OPEN, State.REVOKED);
    }
}
