package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.MultipartBody;
import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.Refused.Busy;
import io.mivaa.batch.commandline.client.ResponseBody.Invalid;
import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import io.mivaa.batch.commandline.screen.Progress;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends files as batches and brings each through: a request whose answer got lost is repeated with its Idempotency-Key,
 * one that is too much for the service is divided, and who is told to come again does. Used by one thread.
 */
public final class Ingestion {

    private static final Duration TICK = Duration.ofMillis(250);
    private static final int TICKS_BETWEEN_LOOKS = 4;
    private static final Duration STALLED = Duration.ofMinutes(10);
    private static final int TOO_LARGE = 413;

    private final ServiceClient client;
    private final Screen screen;
    private final Watch watch;
    private final Patience patience;
    private final Map<String, Object> options;
    private final @Nullable String password;
    private final Map<Found, FailedDocument> failed = new LinkedHashMap<>();
    private final Deque<Shipment> unsent = new ArrayDeque<>();

    /** How many bytes of the present shipment have been under way at most, in any try. */
    private long furthest;

    /**
     * @param options of every batch
     * @param password for whichever document wants one
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
     * Returns when all are accepted or refused; those accepted are in the watch.
     *
     * @return what could not be sent or was refused at once
     * @throws Refused when a batch is refused for another reason than its documents
     */
    public Collection<FailedDocument> send(List<Found> files, Limits limits) throws IOException, InterruptedException {
        unsent.addAll(Shipment.of(
                files.stream()
                        .filter(file -> !isTooLarge(file, limits.maxDocumentBytes()))
                        .toList(),
                limits));
        while (!unsent.isEmpty()) {
            post(unsent.removeFirst(), limits.maxMetadataBytes());
        }
        return failed.values();
    }

    private boolean isTooLarge(Found file, long most) {
        if (most <= 0 || file.bytes() <= most) {
            return false;
        }
        String message =
                String.format(Locale.ROOT, "The document has %d bytes; at most %d are allowed.", file.bytes(), most);
        failed.put(file, new FailedDocument(file.shown(), "document-too-large", message, "INVALID_INPUT"));
        return true;
    }

    private void settle(Shipment shipment, Refused refusal) throws Refused {
        if (refusal.code().equals("all-documents-rejected")) {
            refuse(shipment, refusal);
        } else if (refusal.status() == TOO_LARGE || refusal.code().equals("batch-exceeds-quota")) {
            if (shipment.isDivisible()) {
                unsent.addFirst(shipment.secondHalf());
                unsent.addFirst(shipment.firstHalf());
            } else {
                refuse(shipment, refusal);
            }
        } else {
            throw refusal;
        }
    }

    /** The errors point to documents; an archive stands for several, and then they cannot be told apart. */
    private void refuse(Shipment shipment, Refused refusal) {
        boolean plain = shipment.files().stream()
                .noneMatch(file -> file.shown().toLowerCase(Locale.ROOT).endsWith(".zip"));
        List<Invalid> errors = refusal.problem().errors() == null
                ? List.of()
                : refusal.problem().errors();
        String detail = refusal.problem().detail() == null
                ? refusal.getMessage()
                : refusal.problem().detail();
        for (int i = 0; i < shipment.files().size(); i++) {
            Found file = shipment.files().get(i);
            String pointer = "/documents/" + i;
            FailedDocument unknown =
                    new FailedDocument(file.shown(), refusal.code(), String.valueOf(detail), "INVALID_INPUT");
            failed.put(
                    file,
                    errors.stream()
                            .filter(error -> plain && pointer.equals(error.pointer()))
                            .findFirst()
                            .map(error -> new FailedDocument(
                                    file.shown(),
                                    String.valueOf(error.code()),
                                    String.valueOf(error.detail()),
                                    "INVALID_INPUT"))
                            .orElse(unknown));
        }
    }

    private void post(Shipment shipment, int maxMetadata) throws IOException, InterruptedException {
        String key = UUID.randomUUID().toString();
        List<Found> files = new ArrayList<>(shipment.files());
        furthest = 0;
        patience.renew();
        while (true) {
            MultipartBody body = body(files, maxMetadata);
            Shipment left = new Shipment(List.copyOf(files));
            if (files.isEmpty()) {
                return;
            }
            try {
                watch.add(client.accepted(transfer(left, body, key)));
                return;
            } catch (Refused e) {
                if (!(e instanceof Busy) && !e.code().equals("idempotency-in-flight")) {
                    settle(left, e);
                    return;
                }
                pause(patience.after(e), left, "the service is busy");
            } catch (IOException e) {
                pause(patience.after(e), left, "no answer from the service");
            }
        }
    }

    /** @param files of which those that cannot be read any more are taken out, and so are in no later try either */
    private MultipartBody body(List<Found> files, int maxMetadata) {
        var body = new MultipartBody();
        var manifest = new LinkedHashMap<String, Object>();
        body.addJson("options", client.json().writeValueAsBytes(options));
        for (Iterator<Found> each = files.iterator(); each.hasNext(); ) {
            Found file = each.next();
            // The number tells files of one name apart; the service shows the last part of the path only.
            String name =
                    manifest.size() + "/" + file.path().getFileName().toString().replaceAll("[\"\\\\\\p{Cntrl}]", "_");
            try {
                body.addFile("files", name, file.path());
                manifest.put(name, entry(file, maxMetadata));
            } catch (IOException e) {
                failed.put(file, FailedDocument.unreadable(file.shown(), "The file cannot be read."));
                each.remove();
            }
        }
        body.addJson("manifest", client.json().writeValueAsBytes(manifest));
        return body;
    }

    private Map<String, Object> entry(Found file, int maxMetadata) {
        var entry = new LinkedHashMap<String, Object>();
        var metadata = Map.of(FailedDocument.PATH, file.shown());
        if (client.json().writeValueAsBytes(metadata).length <= maxMetadata) {
            entry.put("metadata", metadata);
        }
        if (password != null) {
            entry.put("password", password);
        }
        return entry;
    }

    private ServiceResponse transfer(Shipment shipment, MultipartBody body, String key)
            throws IOException, InterruptedException {
        var sent = new AtomicLong();
        long length = Math.max(1, body.publisher().contentLength());
        CompletableFuture<ServiceResponse> answer = client.submit(body, key, sent::set);
        try {
            long before = 0;
            for (long since = System.nanoTime(); System.nanoTime() - since < STALLED.toNanos(); ) {
                try {
                    return client.answer(answer, TICK);
                } catch (TimeoutException e) {
                    show(shipment, Math.min(1, (double) sent.get() / (double) length));
                }
                if (sent.get() != before) {
                    before = sent.get();
                    since = System.nanoTime();
                }
                if (before > furthest) {
                    furthest = before;
                    patience.renew();
                }
            }
            throw new IOException("nothing has moved for " + Printable.duration((double) STALLED.toSeconds()));
        } finally {
            answer.cancel(true);
        }
    }

    private void show(Shipment shipment, double share) {
        int file = shipment.fileAt(share);
        String of = file + " of " + Printable.count(shipment.files().size(), "file");
        long bytes = shipment.bytes();
        screen.progress(new Progress(
                share * 100,
                share < 1 ? "sending, " + of : "sent, to be accepted",
                List.of(Printable.bytes(Math.round(share * (double) bytes)) + " of " + Printable.bytes(bytes)),
                share < 1 ? Printable.line(shipment.files().get(file).shown()) : "",
                false));
    }

    /** What is accepted already goes on meanwhile, and is shown; while it does, there is reason to wait. */
    private void pause(Duration pause, Shipment next, String why) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        int waiting = next.files().size()
                + unsent.stream().mapToInt(each -> each.files().size()).sum();
        for (int tick = 0; System.nanoTime() < end; tick++) {
            long left = Math.max(0, end - System.nanoTime());
            if (tick % TICKS_BETWEEN_LOOKS == 0) {
                glance();
                watch.show(waiting, why + ", trying again in " + (1 + TimeUnit.NANOSECONDS.toSeconds(left)) + " s");
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(TICK.toNanos(), left));
        }
    }

    private void glance() throws InterruptedException {
        boolean changed;
        try {
            changed = watch.look(Duration.ZERO);
        } catch (IOException e) {
            // The next try to send tells whether the service is there.
            changed = false;
        }
        if (changed) {
            patience.renew();
        }
    }
}
