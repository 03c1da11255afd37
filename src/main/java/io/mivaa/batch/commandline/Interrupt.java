package io.mivaa.batch.commandline;

/**
 * Does something when the process is asked to end (Ctrl-C, SIGTERM) before this is closed. The exit code is then the
 * signal's, 130 for Ctrl-C.
 */
final class Interrupt {

    private final Thread hook;
    private volatile boolean begun;

    /** @param lastWords done beside whatever else ends the process, and waited for */
    Interrupt(Runnable lastWords) {
        hook = new Thread(
                () -> {
                    begun = true;
                    lastWords.run();
                },
                "interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the process has been asked to end: what fails from then on is a consequence of it. */
    boolean hasBegun() {
        return begun;
    }

    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook does its work.
            return;
        }
    }
}
