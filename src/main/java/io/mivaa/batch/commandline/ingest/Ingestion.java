package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.MultipartBody;
import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.Refused.Busy;
import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import io.mivaa.batch.commandline.screen.Screen;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends files as batches. A request without a response is repeated with the same Idempotency-Key, a request that is too
 * large for the service is divided, and Retry-After is respected. Used by one thread.
 */
public final class Ingestion {

    private static final Duration TICK = Duration.ofMillis(250);
    private static final int TICKS_BETWEEN_LOOKS = 4;
    private static final int TOO_LARGE = 413;

    private final ServiceClient client;
    private final Screen screen;
    private final Watch watch;
    private final Patience patience;
    private final Map<String, Object> options;
    private final @Nullable String password;
    private final Map<Found, FailedDocument> failed = new LinkedHashMap<>();
    private final Deque<Shipment> unsent = new ArrayDeque<>();

    /**
     * @param watch receives the accepted batches
     * @param options of every batch
     * @param password for every document that needs one
     */
    public Ingestion(
            ServiceClient client,
            Screen screen,
            Watch watch,
            Patience patience,
            Map<String, Object> options,
            @Nullable String password) {
        this.client = client;
        this.screen = screen;
        this.watch = watch;
        this.patience = patience;
        this.options = options;
        this.password = password;
    }

    /**
     * Sends all files, and returns when each is accepted or refused.
     *
     * @return the files that could not be sent or were refused
     * @throws Refused when a batch is refused for another reason than its documents
     */
    public Collection<FailedDocument> send(List<Found> files, Limits limits) throws IOException, InterruptedException {
        List<Found> small = files.stream()
                .filter(file -> !isTooLarge(file, limits.maxDocumentBytes()))
                .toList();
        unsent.addAll(Shipment.of(small, limits));
        while (!unsent.isEmpty()) {
            send(unsent.removeFirst(), limits.maxMetadataBytes());
        }
        return failed.values();
    }

    private boolean isTooLarge(Found file, long maxBytes) {
        if (maxBytes <= 0 || file.bytes() <= maxBytes) {
            return false;
        }
        String message = String.format(
                Locale.ROOT, "The document has %d bytes; at most %d are allowed.", file.bytes(), maxBytes);
        failed.put(file, FailedDocument.refused(file.shown(), "document-too-large", message));
        return true;
    }

    private void send(Shipment shipment, int maxMetadataBytes) throws IOException, InterruptedException {
        String key = UUID.randomUUID().toString();
        List<Found> files = new ArrayList<>(shipment.files());
        var upload = new Upload(client, screen, patience);
        patience.renew();
        boolean settled = false;
        while (!settled) {
            MultipartBody body = body(files, maxMetadataBytes);
            settled = files.isEmpty() || attempt(upload, new Shipment(List.copyOf(files)), body, key);
        }
    }

    /** @return whether the shipment is accepted, refused or divided; if not, it is time for the next attempt */
    private boolean attempt(Upload upload, Shipment shipment, MultipartBody body, String key)
            throws IOException, InterruptedException {
        try {
            watch.add(client.accepted(upload.send(shipment, body, key)));
            return true;
        } catch (Refused e) {
            if (!(e instanceof Busy) && !e.code().equals("idempotency-in-flight")) {
                settle(shipment, e);
                return true;
            }
            pause(patience.after(e), shipment, "the service is busy");
        } catch (IOException e) {
            pause(patience.after(e), shipment, "no response from the service");
        }
        return false;
    }

    /** @param files files that can no longer be read are removed, so no later attempt contains them */
    private MultipartBody body(List<Found> files, int maxMetadataBytes) {
        var request = new BatchRequest(client.json(), options, maxMetadataBytes, password);
        for (Iterator<Found> each = files.iterator(); each.hasNext(); ) {
            Found file = each.next();
            try {
                request.add(file);
            } catch (IOException e) {
                failed.put(file, FailedDocument.unreadable(file.shown(), "The file cannot be read."));
                each.remove();
            }
        }
        return request.finish();
    }

    private void settle(Shipment shipment, Refused refusal) throws Refused {
        boolean tooMuch = refusal.status() == TOO_LARGE || refusal.code().equals("batch-exceeds-quota");
        if (tooMuch && shipment.isDivisible()) {
            unsent.addFirst(shipment.secondHalf());
            unsent.addFirst(shipment.firstHalf());
        } else if (tooMuch || refusal.code().equals("all-documents-rejected")) {
            var rejection = new Rejection(shipment, refusal);
            for (int i = 0; i < shipment.files().size(); i++) {
                Found file = shipment.files().get(i);
                failed.put(file, rejection.of(file, i));
            }
        } else {
            throw refusal;
        }
    }

    /** Meanwhile the accepted batches are watched. As long as they make progress, there is reason to wait. */
    private void pause(Duration pause, Shipment next, String why) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        int waiting = next.files().size()
                + unsent.stream().mapToInt(each -> each.files().size()).sum();
        for (int tick = 0; System.nanoTime() < end; tick++) {
            long left = Math.max(0, end - System.nanoTime());
            if (tick % TICKS_BETWEEN_LOOKS == 0) {
                look();
                watch.show(waiting, why + ", retrying in " + (1 + TimeUnit.NANOSECONDS.toSeconds(left)) + " s");
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(TICK.toNanos(), left));
        }
    }

    private void look() throws InterruptedException {
        try {
            if (watch.look(Duration.ZERO)) {
                patience.renew();
            }
        } catch (IOException e) {
            // The next attempt to send shows whether the service is there.
            return;
        }
    }
}
