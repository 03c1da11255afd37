package io.mivaa.batch.commandline;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder with two files, and a stand-in for the service that the commands talk to. */
abstract class CommandFixture {

    @TempDir
    Path folder;

    TwoFiles files;
    StandInService service;
    String server = "";

    @BeforeEach
    void start() throws IOException {
        files = new TwoFiles(folder);
        service = files.service();
        server = files.server();
    }

    @AfterEach
    void stop() {
        files.close();
    }
}
