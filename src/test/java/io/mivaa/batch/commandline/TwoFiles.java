package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.StandInService.Asked;
import io.mivaa.batch.commandline.screen.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder with two files, a.md and b.md, and a stand-in that they are sent to. */
final class TwoFiles implements AutoCloseable {

    /** The batch of both, when it is done. */
    static final String DONE = StandInService.batch("SUCCEEDED", true, 100, 2, 2, 0);

    private final Path folder;
    private final StandInService service;

    TwoFiles(Path folder) throws IOException {
        this.folder = folder;
        this.service = new StandInService();
        Files.writeString(folder.resolve("a.md"), "# A");
        Files.writeString(folder.resolve("b.md"), "# B");
    }

    StandInService service() {
        return service;
    }

    String server() {
        return "http://127.0.0.1:" + service.port();
    }

    Ran ingest(String... more) {
        return ingest(Terminal.none(), Map.of(), "", more);
    }

    Ran ingest(Terminal terminal, Map<String, String> environment, String in, String... more) {
        Stream<String> line =
                Stream.concat(Stream.of("ingest", folder.toString(), "--server", server()), Stream.of(more));
        return Ran.on(terminal, environment, in, line.toArray(String[]::new));
    }

    List<Asked> posts() {
        return service.asked("POST", "/batches");
    }

    @Override
    public void close() {
        service.close();
    }
}
