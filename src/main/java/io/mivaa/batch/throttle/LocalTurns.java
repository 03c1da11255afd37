package io.mivaa.batch.throttle;

import java.util.HashMap;
import java.util.Map;

/** Does for this instance alone what {@code turn.lua} does in Redis for all. Thread-safe. */
final class LocalTurns {

    private final Map<String, State> providers = new HashMap<>();

    private static final class State {
        private double requests;
        private double tokens;
        private double held;
    }

    /**
     * Takes a turn, if it is near enough.
     *
     * @return how many milliseconds to wait; negative if that is longer than {@code maxWait}, and then no turn was taken
     */
    synchronized long take(String provider, double now, Bucket requests, Bucket tokens, int units, long maxWait) {
        State state = providers.computeIfAbsent(provider, name -> new State());
        double wait = Math.max(
                state.held - now,
                Math.max(requests.wait(now, state.requests, 1), tokens.wait(now, state.tokens, units)));
        long longest = (long) Math.ceil(Math.max(0, wait));
        if (longest > maxWait) {
            return -longest;
        }
        state.requests = requests.pay(now, state.requests, 1);
        state.tokens = tokens.pay(now, state.tokens, units);
        return longest;
    }

    synchronized void hold(String provider, double now, long millis) {
        State state = providers.computeIfAbsent(provider, name -> new State());
        state.held = Math.max(state.held, now + millis);
    }
}
