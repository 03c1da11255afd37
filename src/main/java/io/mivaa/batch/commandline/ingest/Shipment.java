package io.mivaa.batch.commandline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.util.ArrayList;
import java.util.List;

/** Files that go into one batch. */
record Shipment(List<Found> files) {

    /** The boundary, the head of a part and its ends. */
    private static final long PART = 256;

    /** An entry of the manifest, besides its path. */
    private static final long ENTRY = 128;

    /** The service reads twice as much. */
    private static final long LONGEST_MANIFEST = 8 << 20;

    /** What else is in a request: options and the ends of parts. */
    private static final long REST = 1 << 16;

    /** Divides files, in their order, so that no batch is beyond the limits that the service tells. */
    static List<Shipment> of(List<Found> files, Limits limits) {
        int most = Math.min(
                positive(limits.maxDocuments()),
                Math.min(positive(limits.maxOpenJobs()), positive(limits.maxOpenJobsPerWorkspace())));
        long room = (limits.maxRequestBytes() > 0 ? limits.maxRequestBytes() : Long.MAX_VALUE) - REST;
        var shipments = new ArrayList<Shipment>();
        var next = new ArrayList<Found>();
        long bytes = 0;
        long manifest = 0;
        for (Found file : files) {
            long entry = ENTRY + 2L * file.shown().getBytes(UTF_8).length;
            long size = PART + entry + file.bytes();
            if (!next.isEmpty()
                    && (next.size() == most || bytes + size > room || manifest + entry > LONGEST_MANIFEST)) {
                shipments.add(new Shipment(List.copyOf(next)));
                next.clear();
                bytes = 0;
                manifest = 0;
            }
            next.add(file);
            bytes += size;
            manifest += entry;
        }
        if (!next.isEmpty()) {
            shipments.add(new Shipment(List.copyOf(next)));
        }
        return shipments;
    }

    /** 0 from a service that does not tell. */
    private static int positive(int limit) {
        return limit > 0 ? limit : Integer.MAX_VALUE;
    }

    boolean isDivisible() {
        return files.size() > 1;
    }

    Shipment firstHalf() {
        return new Shipment(files.subList(0, files.size() / 2));
    }

    Shipment secondHalf() {
        return new Shipment(files.subList(files.size() / 2, files.size()));
    }

    long bytes() {
        return files.stream().mapToLong(Found::bytes).sum();
    }

    /** Which file is being sent when so much of all of them is. */
    int fileAt(double share) {
        double left = share * (double) bytes();
        int i = 0;
        while (i < files.size() - 1 && left >= files.get(i).bytes()) {
            left -= files.get(i).bytes();
            i++;
        }
        return i;
    }
}
