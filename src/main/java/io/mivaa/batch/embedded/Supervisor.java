package io.mivaa.batch.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one server process running: restarts it when it ends unexpectedly. Thread-safe. */
final class Supervisor implements AutoCloseable {

    /** Starts the server and returns when it answers. */
    interface Launch {
        Process launch() throws IOException, InterruptedException;
    }

    /** Asks the server to stop, without waiting for it. */
    interface Stop {
        void stop(Process process) throws IOException, InterruptedException;
    }

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Launch launch;
    private final Stop stop;
    private final Thread thread;
    private final ReentrantLock launching = new ReentrantLock();
    private volatile Process process;
    private volatile boolean closing;

    private Supervisor(String name, Launch launch, Stop stop) throws IOException, InterruptedException {
        this.name = name;
        this.launch = launch;
        this.stop = stop;
        this.process = launch.launch();
        this.thread = new Thread(this::watch, "embedded-" + name);
        this.thread.setDaemon(true);
    }

    /** Launches the server, throws if that fails, and supervises the process from then on. */
    static Supervisor start(String name, Launch launch, Stop stop) throws IOException, InterruptedException {
        var supervisor = new Supervisor(name, launch, stop);
        supervisor.thread.start();
        return supervisor;
    }

    long pid() {
        return process.pid();
    }

    private void watch() {
        try {
            while (!closing) {
                int exitCode = process.waitFor();
                if (!closing) {
                    log.warn(
                            "The embedded {} (process {}) ended unexpectedly with exit code {}; restarting it.",
                            name,
                            process.pid(),
                            exitCode);
                    restart();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart() throws InterruptedException {
        long began = System.nanoTime();
        long pause = FIRST_PAUSE.toMillis();
        while (!closing && !relaunched()) {
            Thread.sleep(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE.toMillis());
        }
        if (!closing) {
            log.info(
                    "The embedded {} is ready again after {} ms (process {}).",
                    name,
                    Duration.ofNanos(System.nanoTime() - began).toMillis(),
                    process.pid());
        }
    }

    private boolean relaunched() throws InterruptedException {
        launching.lockInterruptibly();
        try {
            if (!closing) {
                process = launch.launch();
            }
            return true;
        } catch (IOException | RuntimeException e) {
            log.error("The embedded {} could not be restarted and will be tried again: {}", name, e.getMessage());
            return false;
        } finally {
            launching.unlock();
        }
    }

    /** Stops the server for good. Kills it if it has not ended after 30 seconds. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        launching.lock();
        try {
            stopProcess();
        } finally {
            launching.unlock();
        }
    }

    private void stopProcess() {
        try {
            if (process.isAlive()) {
                stop.stop(process);
                if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    log.warn("The embedded {} did not stop within {} and is killed.", name, STOP_LIMIT);
                }
            }
        } catch (IOException e) {
            log.warn("The embedded {} could not be asked to stop ({}) and is killed.", name, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
