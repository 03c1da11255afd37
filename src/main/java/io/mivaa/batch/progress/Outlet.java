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
 * The writing end of one stream. It never waits: frames that the socket does not take now are kept in a bounded buffer
 * until the server reports that it takes more. Thread-safe.
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
     * @param most how many bytes may wait; a frame is accepted as long as fewer are waiting
     * @param onEnd runs once, when the stream has ended for any reason
     */
    Outlet(AsyncContext async, long most, Runnable onEnd) throws IOException {
        this.async = async;
        this.out = async.getResponse().getOutputStream();
        this.most = most;
        this.onEnd = onEnd;
        async.setTimeout(0);
        async.addListener(this);
    }

    /** Starts to write. */
    void open() {
        out.setWriteListener(this);
    }

    /**
     * Sends frames now, or as soon as the reader takes them, as long as there is room.
     *
     * @return how many were accepted; all of them if the stream has ended
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

    /** Whether the reader has taken everything, as far as the server knows. */
    synchronized boolean isDrained() {
        return waiting.isEmpty();
    }

    synchronized boolean isOver() {
        return over;
    }

    /**
     * Ends the stream as soon as that needs no waiting. Waiting frames are dropped. A reader that takes nothing is cut off
     * by the server's own timeout.
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
            // The reader is gone; the server will call onError as well. Any other failure must end only this stream,
            // not the ones that are served after it.
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
        // The stream has no timeout.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // The stream is started only once.
    }
}
