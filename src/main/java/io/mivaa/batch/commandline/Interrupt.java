package io.mivaa.batch.commandline;

/**
 * Runs an action when the process is asked to end (Ctrl-C, SIGTERM) before this is closed. The exit code is then that of
 * the signal, 130 for Ctrl-C. Thread-safe.
 */
final class Interrupt {

    private final Thread hook;
    private volatile boolean begun;

    /** @param action runs concurrently with other shutdown hooks; the process waits for it */
    Interrupt(Runnable action) {
        hook = new Thread(
                () -> {
                    begun = true;
                    action.run();
                },
                "interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the process was asked to end. Later failures are consequences of that. */
    boolean hasBegun() {
        return begun;
    }

    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs.
            return;
        }
    }
}
