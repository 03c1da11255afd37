package io.mivaa.batch.commandline.client;

import java.io.IOException;
import java.time.Duration;

/** How long to go on trying when the service does not answer or is busy. Not thread-safe. */
public final class Patience {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final Duration limit;
    private long since = System.nanoTime();
    private Duration next = FIRST_PAUSE;

    /** @param limit from the last sign of life */
    public Patience(Duration limit) {
        this.limit = limit;
    }

    /** The service has done something for us. */
    public void renew() {
        since = System.nanoTime();
        next = FIRST_PAUSE;
    }

    /**
     * How long to wait before the next try: what the service says, but never at once; or else longer each time.
     *
     * @throws IOException the failure itself when that would take too long
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

    public interface Call<T> {
        T make() throws IOException, InterruptedException;
    }

    /** Makes the call, again while the service is busy. A connection that cannot be made is told at once. */
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
