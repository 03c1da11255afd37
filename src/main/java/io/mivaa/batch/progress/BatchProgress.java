package io.mivaa.batch.progress;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.progress.Frames.Frame;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Sends the progress of batches at most four times a second, if it has changed. For one thread at a time. */
final class BatchProgress {

    private static final Duration AFTER_EVENTS = Duration.ofMillis(250);

    /** An estimate changes even while nothing happens. */
    private static final Duration WITHOUT_EVENTS = Duration.ofSeconds(1);

    private final Frames frames;
    private final Audience audience;

    /** The batches that had events since progress was last sent. */
    private final Set<BatchId> changed = new HashSet<>();

    private final Map<BatchId, byte[]> lastSent = new HashMap<>();
    private long sentAt = System.nanoTime();
    private long allSentAt = System.nanoTime();

    BatchProgress(Frames frames, Audience audience) {
        this.frames = frames;
        this.audience = audience;
    }

    void changed(BatchId batch) {
        changed.add(batch);
    }

    void forget() {
        lastSent.clear();
        changed.clear();
    }

    /** Sends the progress of the changed batches, and each second that of all batches with a listener of their own. */
    void send() {
        long now = System.nanoTime();
        if (now - sentAt < AFTER_EVENTS.toNanos()) {
            return;
        }
        sentAt = now;
        Set<BatchId> batches = new HashSet<>(changed);
        changed.clear();
        boolean all = now - allSentAt >= WITHOUT_EVENTS.toNanos();
        if (all) {
            allSentAt = now;
            audience.current().stream()
                    .map(Listener::batch)
                    .filter(Objects::nonNull)
                    .forEach(batches::add);
        }
        if (!batches.isEmpty()) {
            send(batches, all);
        }
    }

    private void send(Set<BatchId> batches, boolean all) {
        List<Frame> news = frames.progress(batches);
        if (all) {
            closeStreamsOfDeleted(news);
        }
        List<Frame> changes = news.stream()
                .filter(frame -> !Arrays.equals(frame.bytes(), lastSent.put(frame.batch(), frame.bytes())))
                .toList();
        audience.current().stream()
                .filter(listener -> listener.outlet().isDrained())
                .forEach(listener -> audience.send(listener, changes));
    }

    private void closeStreamsOfDeleted(List<Frame> existing) {
        Set<BatchId> there = existing.stream().map(Frame::batch).collect(Collectors.toSet());
        lastSent.keySet().retainAll(there);
        for (Listener listener : audience.current()) {
            if (listener.batch() != null && !there.contains(listener.batch())) {
                listener.outlet().close();
            }
        }
    }
}
