package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.MultipartBody;
import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.screen.Progress;
import io.mivaa.batch.commandline.screen.Screen;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Sends one shipment, as often as necessary, and shows the progress. Used by one thread. */
final class Upload {

    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration STALLED = Duration.ofMinutes(10);

    private final ServiceClient client;
    private final Screen screen;
    private final Patience patience;

    /** The highest number of bytes sent by any attempt. */
    private long furthest;

    Upload(ServiceClient client, Screen screen, Patience patience) {
        this.client = client;
        this.screen = screen;
        this.patience = patience;
    }

    /**
     * Makes one attempt. Patience starts again each time more bytes are sent than ever before.
     *
     * @param key the same for all attempts
     * @return the response, with any status
     * @throws IOException also when no byte has been sent for ten minutes
     */
    ServiceResponse send(Shipment shipment, MultipartBody body, String key) throws IOException, InterruptedException {
        var sent = new AtomicLong();
        long length = Math.max(1, body.publisher().contentLength());
        CompletableFuture<ServiceResponse> response = client.submit(body, key, sent::set);
        try {
            long last = 0;
            for (long since = System.nanoTime(); System.nanoTime() - since < STALLED.toNanos(); ) {
                try {
                    return client.await(response, TICK);
                } catch (TimeoutException e) {
                    show(shipment, Math.min(1, (double) sent.get() / (double) length));
                }
                if (sent.get() != last) {
                    last = sent.get();
                    since = System.nanoTime();
                }
                renewPatience(last);
            }
            throw new IOException("nothing has been sent for " + Printable.duration((double) STALLED.toSeconds()));
        } finally {
            response.cancel(true);
        }
    }

    private void renewPatience(long sent) {
        if (sent > furthest) {
            furthest = sent;
            patience.renew();
        }
    }

    private void show(Shipment shipment, double share) {
        int file = shipment.fileAt(share);
        String files = file + " of " + Printable.count(shipment.files().size(), "file");
        long bytes = shipment.bytes();
        screen.progress(new Progress(
                share * 100,
                share < 1 ? "sending, " + files : "sent, waiting for acceptance",
                List.of(Printable.bytes(Math.round(share * (double) bytes)) + " of " + Printable.bytes(bytes)),
                share < 1 ? Printable.line(shipment.files().get(file).shown()) : "",
                false));
    }
}
