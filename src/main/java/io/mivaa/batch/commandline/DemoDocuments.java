package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The documents that the demo sends. They are part of the build. */
final class DemoDocuments {

    private static final List<String> NAMES = List.of(
            "porcelain-stoneware-basalto-60.pdf",
            "aluminium-alloys-for-extrusion.pdf",
            "engineered-oak-flooring.pdf",
            "curing-of-concrete.md",
            "insulation-materials-compared.md",
            "stainless-steel-grades.html",
            "types-of-glass.txt",
            "acoustic-panel-silentio.mivaa.json");

    private DemoDocuments() {}

    /** Copies the documents into the folder, where they can be ingested like any other file. */
    static List<Found> copyTo(Path folder) throws IOException {
        var documents = new ArrayList<Found>();
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            try (InputStream content = DemoDocuments.class.getResourceAsStream("/demo/" + name)) {
                if (content == null) {
                    throw new IOException("The sample document " + name + " is missing from this build.");
                }
                documents.add(new Found(file, name, Files.copy(content, file)));
            }
        }
        return List.copyOf(documents);
    }
}
