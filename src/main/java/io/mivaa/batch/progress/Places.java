package io.mivaa.batch.progress;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Limits how many streams are open on this instance, in total and for each workspace. Thread-safe. */
@Component
final class Places {

    private static final int RETRY_AFTER_SECONDS = 10;

    private final EventSettings settings;
    private final Map<Workspace, Integer> taken = new HashMap<>();
    private int all;

    Places(EventSettings settings) {
        this.settings = settings;
    }

    /**
     * Takes a place, which must be given back.
     *
     * @throws Problem 429 or 503 when there is none
     */
    synchronized void take(Workspace workspace) {
        int mine = taken.getOrDefault(workspace, 0);
        if (mine >= settings.maxListenersPerWorkspace()) {
            throw Problem.of(
                            HttpStatus.TOO_MANY_REQUESTS,
                            "too-many-streams",
                            "The workspace has " + mine + " open event streams on this instance, which is the maximum.")
                    .retryAfter(RETRY_AFTER_SECONDS);
        }
        if (all >= settings.maxListeners()) {
            throw Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "streams-full",
                            "There are " + all + " open event streams on this instance, which is the maximum.")
                    .retryAfter(RETRY_AFTER_SECONDS);
        }
        taken.put(workspace, mine + 1);
        all++;
    }

    synchronized void giveBack(Workspace workspace) {
        all--;
        taken.computeIfPresent(workspace, (key, mine) -> mine == 1 ? null : mine - 1);
    }
}
