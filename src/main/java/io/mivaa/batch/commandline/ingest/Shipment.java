package io.mivaa.batch.commandline.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.util.ArrayList;
import java.util.List;

/** The files of one batch. */
record Shipment(List<Found> files) {

    /** The boundary, the header and the line ends of a part. */
    private static final long PART = 256;

    /** An entry of the manifest without its path. */
    private static final long ENTRY = 128;

    /** Half of what the service accepts. */
    private static final long LONGEST_MANIFEST = 8 << 20;

    /** The rest of a request: options and the end of the body. */
    private static final long REST = 1 << 16;

    /** Divides files, in their order, so that no batch exceeds the limits of the service. */
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

    /** A service that does not report a limit has 0 here. */
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

    /** The index of the file that is being sent when this share of all bytes is sent. */
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
