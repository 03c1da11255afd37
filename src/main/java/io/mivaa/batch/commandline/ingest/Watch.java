package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.client.ServiceClient.Seen;
import io.mivaa.batch.commandline.screen.Progress;
import io.mivaa.batch.commandline.screen.Screen;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Follows batches until all are final and shows how far they are. Used by one thread, but others may look at it. */
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

    public void add(Seen batch) {
        seen.add(batch);
    }

    /** As last seen, in the order in which they were added. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    public List<Batch> batches() {
        return seen.stream().map(Seen::batch).toList();
    }

    public boolean isDone() {
        return batches().stream().allMatch(Batch::terminal);
    }

    /**
     * @param unsent documents that are in no batch yet
     * @param note what else there is to say
     */
    void show(int unsent, @Nullable String note) {
        screen.progress(Progress.of(batches(), unsent, note));
    }

    /** Keeps on through outages that are shorter than patience lasts. */
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
                show(0, "no answer from the service");
                Thread.sleep(pause.toMillis());
            }
        }
    }

    /**
     * Asks for every batch that is not final.
     *
     * @param wait how long the first of them may wait for a change
     * @return whether something has changed
     */
    boolean look(Duration wait) throws IOException, InterruptedException {
        boolean changed = false;
        Duration patient = wait;
        for (int i = 0; i < seen.size(); i++) {
            Seen last = seen.get(i);
            if (!last.batch().terminal()) {
                Optional<Seen> newer = client.batch(last.batch().id(), last.etag(), patient);
                patient = Duration.ZERO;
                if (newer.isPresent()) {
                    seen.set(i, newer.get());
                    changed = true;
                }
            }
        }
        return changed;
    }
}
