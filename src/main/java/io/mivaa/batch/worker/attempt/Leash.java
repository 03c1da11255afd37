package io.mivaa.batch.worker.attempt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads stop an attempt while it is at the document, and at no other time: what it does with the database
 * before and after is neither interrupted nor counted as the document's time. Thread-safe.
 */
public final class Leash {

    /** Why an attempt is to stop. */
    public enum Stop {
        /** The instance stops: the job is handed back. */
        DRAIN,
        /** The job has had its time. */
        TIMEOUT,
        /** The job was cancelled or taken over: nobody wants the outcome. */
        LOST
    }

    private @Nullable Thread thread;
    private long since;
    private @Nullable Stop stop;
    private long stoppedAt;
    private @Nullable String abandoned;

    /** From here on the calling thread is at the document. */
    synchronized void begin() {
        thread = Thread.currentThread();
        since = System.nanoTime();
        if (stop != null) {
            stoppedAt = since;
            thread.interrupt();
        }
    }

    /**
     * From here on nothing interrupts the calling thread, and what did is forgotten: settling must go through.
     *
     * @return false when the thread was given up meanwhile and the attempt is settled by another
     */
    synchronized boolean end() {
        thread = null;
        boolean unused = Thread.interrupted();
        return abandoned == null;
    }

    /** Interrupts the work; the first reason counts. Only the end of the instance is remembered while there is none. */
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

    /** How long the thread has been at the document; nothing while it is not. */
    synchronized Duration atWork() {
        return thread == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /**
     * Gives the thread up when it has not let itself be stopped for so long. From then on the caller answers for the
     * attempt. A thread that the end of the instance interrupted is left: it ends with the process.
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

    /** To be called by the thread at its end: takes its own name back if it was given up. @return whether it was */
    synchronized boolean wasAbandoned() {
        if (abandoned != null) {
            Thread.currentThread().setName(abandoned);
        }
        return abandoned != null;
    }
}
