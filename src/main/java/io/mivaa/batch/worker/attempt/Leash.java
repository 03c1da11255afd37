package io.mivaa.batch.worker.attempt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads interrupt an attempt while it works on its document, and at no other time. Database calls before
 * and after that work are not interrupted and do not count towards its time limit. Thread-safe.
 */
public final class Leash {

    /** Why an attempt must stop. */
    public enum Stop {
        /** The instance stops; the job is handed back. */
        DRAIN,
        /** The job has exceeded its time limit. */
        TIMEOUT,
        /** The job was cancelled or taken over; its outcome is useless. */
        LOST
    }

    private @Nullable Thread thread;
    private long since;
    private @Nullable Stop stop;
    private long stoppedAt;
    private @Nullable String abandoned;

    /** From now on the calling thread works on the document. */
    synchronized void begin() {
        thread = Thread.currentThread();
        since = System.nanoTime();
        if (stop != null) {
            stoppedAt = since;
            thread.interrupt();
        }
    }

    /**
     * From now on nothing interrupts the calling thread, and a pending interrupt is cleared, so that settling is not
     * disturbed.
     *
     * @return false if the thread was given up meanwhile; then another thread settles the attempt
     */
    synchronized boolean end() {
        thread = null;
        boolean unused = Thread.interrupted();
        return abandoned == null;
    }

    /**
     * Interrupts the work; the first reason counts. If there is no work at the moment, only the end of the instance is
     * remembered.
     */
    synchronized void stop(Stop reason) {
        if (stop == null && (thread != null || reason == Stop.DRAIN)) {
            stop = reason;
            stoppedAt = System.nanoTime();
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    synchronized @Nullable Stop stopped() {
        return stop;
    }

    /** How long the thread has worked on the document; zero while it does not. */
    synchronized Duration atWork() {
        return thread == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /**
     * Gives up a thread that was interrupted but has not stopped for this long. From then on the caller is responsible
     * for the attempt. A thread that was interrupted because the instance stops is not given up: it ends with the
     * process.
     *
     * @return whether it was given up now
     */
    synchronized boolean abandonAfter(Duration grace) {
        if (thread == null || stop == null || stop == Stop.DRAIN || System.nanoTime() - stoppedAt < grace.toNanos()) {
            return false;
        }
        abandoned = thread.getName();
        thread.setName("abandoned-" + abandoned);
        thread = null;
        return true;
    }

    /** To be called by the thread at its end. Restores its name if it was given up. @return whether it was */
    synchronized boolean wasAbandoned() {
        if (abandoned != null) {
            Thread.currentThread().setName(abandoned);
        }
        return abandoned != null;
    }
}
