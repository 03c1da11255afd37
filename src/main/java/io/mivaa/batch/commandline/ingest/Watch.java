package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.client.ServiceClient.Seen;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.TotalProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Follows batches until all are final, and shows their progress. Used by one thread; others may read it. */
public final class Watch {

    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final ServiceClient client;
    private final Screen screen;
    private final Patience patience;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    public Watch(ServiceClient client, Screen screen, Patience patience) {
        this.client = client;
        this.screen = screen;
        this.patience = patience;
    }

    /** Follows another batch. */
    public void add(Seen batch) {
        seen.add(batch);
    }

    /** The batches as last seen, in the order in which they were added. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The same as {@link #seen()}, without what identifies their states. */
    public List<Batch> batches() {
        return seen.stream().map(Seen::batch).toList();
    }

    /** Whether all batches are final. */
    public boolean isDone() {
        return batches().stream().allMatch(Batch::terminal);
    }

    /**
     * Shows the progress of all batches together.
     *
     * @param unsent the number of documents that are in no batch yet
     * @param note a further remark
     */
    void show(int unsent, @Nullable String note) {
        screen.progress(TotalProgress.of(batches(), unsent, note));
    }

    /** Returns when all batches are final. Outages that are shorter than the patience do not end it. */
    public void untilDone() throws IOException, InterruptedException {
        if (seen.isEmpty()) {
            return;
        }
        patience.renew();
        show(0, null);
        while (!isDone()) {
            try {
                look(WAIT);
                patience.renew();
                show(0, null);
                if (!isDone()) {
                    Thread.sleep(BETWEEN_LOOKS.toMillis());
                }
            } catch (IOException e) {
                if (e instanceof Refused && !(e instanceof Refused.Busy)) {
                    throw e;
                }
                Duration pause = patience.after(e);
                show(0, "no response from the service");
                Thread.sleep(pause.toMillis());
            }
        }
    }

    /**
     * Asks once for each batch that is not final.
     *
     * @param wait how long to wait for a change of the first of them
     * @return whether something has changed
     */
    boolean look(Duration wait) throws IOException, InterruptedException {
        boolean changed = false;
        Duration remaining = wait;
        for (int i = 0; i < seen.size(); i++) {
            Seen last = seen.get(i);
            if (!last.batch().terminal()) {
                Optional<Seen> newer = client.batch(last.batch().id(), last.etag(), remaining);
                remaining = Duration.ZERO;
                if (newer.isPresent()) {
                    seen.set(i, newer.get());
                    changed = true;
                }
            }
        }
        return changed;
    }
}
