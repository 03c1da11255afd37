package io.mivaa.batch.commandline;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A document to send.
 *
 * @param content all its bytes; samples are small
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sample(String filename, String contentType, byte[] content) {

    private static final List<List<String>> OWN = List.of(
            List.of("porcelain-stoneware-basalto-60.pdf", "application/pdf"),
            List.of("aluminium-alloys-for-extrusion.pdf", "application/pdf"),
            List.of("engineered-oak-flooring.pdf", "application/pdf"),
            List.of("curing-of-concrete.md", "text/markdown"),
            List.of("insulation-materials-compared.md", "text/markdown"),
            List.of("stainless-steel-grades.html", "text/html"),
            List.of("types-of-glass.txt", "text/plain"),
            List.of("acoustic-panel-silentio.mivaa.json", "application/json"));

    /** The documents that come with the service. */
    static List<Sample> own() throws IOException {
        var samples = new java.util.ArrayList<Sample>();
        for (List<String> each : OWN) {
            samples.add(read(each.get(0), each.get(1)));
        }
        return List.copyOf(samples);
    }

    private static Sample read(String filename, String contentType) throws IOException {
        try (InputStream stream = Sample.class.getResourceAsStream("/demo/" + filename)) {
            if (stream == null) {
                throw new IOException("The sample " + filename + " is not in this build.");
            }
            return new Sample(filename, contentType, stream.readAllBytes());
        }
    }
}
