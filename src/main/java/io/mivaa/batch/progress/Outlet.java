package io.mivaa.batch.progress;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The writing end of one stream. Nothing here waits: what the socket does not take now is kept, up to a bound, until
 * the server says that it takes more. Thread-safe.
 */
final class Outlet implements WriteListener, AsyncListener {

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final long most;
    private final Runnable onEnd;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean unflushed;
    private boolean closing;
    private boolean over;

    /**
     * @param most how many bytes may wait; there is room for one more frame until there are as many
     * @param onEnd run once, when the stream has ended, whoever ended it
     */
    Outlet(AsyncContext async, long most, Runnable onEnd) throws IOException {
        this.async = async;
        this.out = async.getResponse().getOutputStream();
        this.most = most;
        this.onEnd = onEnd;
        async.setTimeout(0);
        async.addListener(this);
    }

    /** Lets the server ask for what is there. */
    void open() {
        out.setWriteListener(this);
    }

    /**
     * Sends these, now or as soon as the reader takes them, as long as there is room.
     *
     * @return how many there was room for; all of them when the stream has ended
     */
    synchronized int send(List<byte[]> frames) {
        if (closing || over) {
            return frames.size();
        }
        int sent = 0;
        while (sent < frames.size() && bytes < most) {
            byte[] frame = frames.get(sent++);
            waiting.add(frame);
            bytes += frame.length;
            if (bytes >= most || sent == frames.size()) {
                pump();
            }
        }
        return sent;
    }

    /** Whether the reader has taken everything, as far as the server can tell. */
    synchronized boolean isDrained() {
        return waiting.isEmpty();
    }

    synchronized boolean isOver() {
        return over;
    }

    /**
     * Ends the stream as soon as that can be done without waiting; a reader that takes nothing is cut off by the server's
     * own timeout. What waits is not sent any more.
     */
    synchronized void close() {
        waiting.clear();
        bytes = 0;
        closing = true;
        pump();
    }

    private void pump() {
        if (over) {
            return;
        }
        try {
            while (out.isReady()) {
                byte[] frame = waiting.poll();
                if (frame != null) {
                    bytes -= frame.length;
                    unflushed = true;
                    out.write(frame);
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    break;
                }
            }
            if (closing && out.isReady()) {
                end();
                async.complete();
            }
        } catch (IOException | RuntimeException e) {
            // The reader is gone. The server knows it as well, and tells it to onError. Whatever else it may be
            // concerns
            // this stream, and none of those that are told after it.
            end();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            waiting.clear();
            bytes = 0;
            onEnd.run();
        }
    }

    @Override
    public synchronized void onWritePossible() {
        pump();
    }

    @Override
    public synchronized void onError(Throwable failure) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        synchronized (this) {
            end();
        }
        event.getAsyncContext().complete();
    }

    @Override
    public synchronized void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // There is none.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it again.
    }
}
