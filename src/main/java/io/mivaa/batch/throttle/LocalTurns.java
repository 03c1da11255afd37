package io.mivaa.batch.throttle;

import java.util.HashMap;
import java.util.Map;

/** What turn.lua does in Redis, for this instance alone. Thread-safe. */
final class LocalTurns {

    private final Map<String, State> providers = new HashMap<>();

    private static final class State {
        private double requests;
        private double tokens;
        private double held;
    }

    /** @return the wait in milliseconds, taken; or the wait that is too long, less than zero, and nothing is taken */
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
