package io.mivaa.batch.commandline.client;

import java.io.IOException;
import java.time.Duration;

/** How long to retry while the service is busy or does not respond. Not thread-safe. */
public final class Patience {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final Duration limit;
    private long since = System.nanoTime();
    private Duration next = FIRST_PAUSE;

    /** @param limit since the last sign of progress */
    public Patience(Duration limit) {
        this.limit = limit;
    }

    /** Starts again, because there was progress. */
    public void renew() {
        since = System.nanoTime();
        next = FIRST_PAUSE;
    }

    /**
     * How long to wait before the next attempt: Retry-After, but at least half a second; or else exponential backoff.
     *
     * @throws IOException the failure itself when the wait would exceed the limit
     */
    public Duration after(IOException failure) throws IOException {
        Duration pause = next;
        if (failure instanceof Refused.Busy busy && busy.retryAfter().isPresent()) {
            pause = busy.retryAfter().get();
            pause = pause.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : pause;
        } else {
            Duration longer = next.multipliedBy(2);
            next = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
        if (System.nanoTime() - since + pause.toNanos() > limit.toNanos()) {
            throw failure;
        }
        return pause;
    }

    /** A request to the service. */
    public interface Call<T> {
        T make() throws IOException, InterruptedException;
    }

    /** Makes the call, and repeats it while the service is busy. A failed connection is not retried. */
    public <T> T insist(Call<T> call) throws IOException, InterruptedException {
        renew();
        while (true) {
            try {
                return call.make();
            } catch (Refused.Busy e) {
                Thread.sleep(after(e).toMillis());
            }
        }
    }
}
