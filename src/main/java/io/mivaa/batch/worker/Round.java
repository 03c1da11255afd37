package io.mivaa.batch.worker;

import java.util.concurrent.atomic.AtomicReference;

/**
 * One round of the dispatcher and the slots it holds. Whoever comes first decides: the dispatcher that ends it, or the
 * watchdog that takes the slots away from a round that hangs. Thread-safe.
 */
final class Round {

    private enum State {
        OPEN,
        ENDED,
        REVOKED
    }

    private final int slots;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    Round(int slots) {
        this.slots = slots;
    }

    int slots() {
        return slots;
    }

    /** Whether the slots are still the round's; from here on nobody takes them away. */
    boolean end() {
        return state.compareAndSet(State.OPEN, State.ENDED) || state.get() == State.ENDED;
    }

    /** Whether the slots are the caller's now. */
    boolean revoke() {
        return state.compareAndSet(State.OPEN, State.REVOKED);
    }
}
