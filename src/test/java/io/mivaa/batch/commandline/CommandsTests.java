package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.screen.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTests extends CommandFixture {

    @Test
    void areNamedByTheFirstArgumentAndSettingsAreNone() {
        assertThat(List.of("ingest", "serach", "--help", "-V"))
                .allMatch(argument -> Commands.isCommand(new String[] {argument}));
        assertThat(Commands.isCommand(new String[0])).isFalse();
        assertThat(Commands.isCommand(new String[] {"--server.port=9000", "ingest"}))
                .isFalse();
    }

    @Test
    void tellTheVersion() {
        assertThat(Ran.command("--version").out()).matches("mivaa-batch \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serach x",
                "ingest",
                "ingest /does/not/exist",
                "ingest ",
                "ingest . --include [a",
                "ingest . --json --out -",
                "ingest . --cancel-on-interrupt",
                "ingest . --priority urgent",
                "ingest . --patience 10",
                "ingest . --api-key secret",
                "search x --server ftp://here",
                "search x --server http://user:word@here",
                "search x --server http://here --data d",
                "status --watch"
            })
    void refuseWhatTheyDoNotUnderstand(String line) {
        Ran ran = Ran.command(line.split(" ", -1));

        assertThat(ran.code()).as(ran.err()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("--help");
    }

    @Test
    void saySoWhenNobodyAnswers() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        Ran ran = Ran.command("search", "x", "--server", "http://127.0.0.1:" + port);

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("does not respond: no connection to 127.0.0.1:" + port);
    }

    @Test
    void sayWhyTheServiceRefused() {
        service.refusing(
                400,
                "{\"code\": \"validation-failed\", \"detail\": \"Not so.\", \"errors\": [{\"pointer\":"
                        + " \"/options/chunking/maxTokens\", \"code\": \"invalid-value\", \"detail\": \"16 to 256.\"}]}");

        Ran ran = files.ingest("--max-tokens", "9999");

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err())
                .contains("returned 400 (validation-failed): Not so. /options/chunking/maxTokens: 16 to 256.");
        assertThat(files.posts()).hasSize(1);
    }

    @Test
    void writeResultsAnewThatWereTornAndCountThemOnce() throws IOException {
        service.thenBatch("\"1\"", TwoFiles.DONE)
                .thenTornResults("{1}\n{2}\n{3")
                .thenResults("{1}\n{2}\n");
        Path out = folder.resolve("r.jsonl");

        Ran ran = Ran.command("results", "0197", "--out", out.toString(), "--server", server);

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(out).hasContent("{1}\n{2}\n");
        assertThat(ran.err()).contains("Results of 2 documents in " + out);
    }

    @Test
    void writeNoResultsTwiceToAPipe() {
        service.thenBatch("\"1\"", TwoFiles.DONE).thenTornResults("{1}\n{2").thenResults("{1}\n{2}\n");

        Ran ran = Ran.command("results", "0197", "--server", server);

        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out()).isEqualTo("{1}\n{2");
    }

    @Test
    void sayWhatMayPassAndHow() {
        service.thenBatch("\"1\"", StandInService.batch("PARTIAL", true, 100, 2, 1, 1))
                .thenJobs("{\"items\": [{\"id\": \"2\", \"filename\": \"b.md\", \"state\": \"DEAD\", \"metadata\":"
                        + " {\"path\": \"docs/b.md\"}, \"error\": {\"class\": \"TIMEOUT\", \"code\": \"timeout\","
                        + " \"message\": \"It took too long.\"}}], \"nextCursor\": null}");

        Ran ran = files.ingest();

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("1 of 2 documents succeeded, 1 failed")
                .contains("    1  timeout: It took too long.\n         docs/b.md\n")
                .contains("Batch 0197; a retry may help: mivaa-batch retry 0197 --server " + server);
        assertThat(Ran.command("status", "0197", "--server", server).out())
                .contains("A retry may help: mivaa-batch retry 0197 --server " + server);
    }

    @Test
    void listBatchesWithNothingThatATerminalObeys() {
        service.listing("{\"items\": [], \"nextCursor\": null}");
        assertThat(Ran.command("status", "--server", server).out()).isEqualTo("There are no batches.\n");

        service.listing("{\"items\": ["
                + StandInService.batch("RUNNING", false, 50, 2, 1, 0).replace("\"demo\"", "\"de\\u001B[2Jmo\"")
                + "], \"nextCursor\": \"x\"}");
        assertThat(Ran.command("status", "--server", server).lines())
                .hasSize(3)
                .satisfies(lines -> assertThat(lines.get(1)).startsWith("0197 ").endsWith("  de[2Jmo"))
                .satisfies(lines -> assertThat(lines.get(2)).startsWith("There are more"));
    }

    @Test
    void readNoArgumentsFromAFile() throws IOException {
        Path arguments = Files.writeString(folder.resolve("arguments"), "--help");

        assertThat(Ran.command("ingest", "@" + arguments, "--server", server).err())
                .startsWith("There is no @" + arguments);
    }

    @Test
    void printWhatTheServiceSaysAndNothingElse() {
        service.thenBatch("\"1\"", TwoFiles.DONE);

        assertThat(files.ingest("--json").out()).isEqualTo(TwoFiles.DONE);
        assertThat(Ran.command("status", "0197", "--json", "--server", server).out())
                .isEqualTo(TwoFiles.DONE);
        assertThat(Ran.command("cancel", "0197", "--json", "--server", server).out())
                .isEqualTo(StandInService.batch("CANCELLED", true, 100, 2, 0, 0));
        assertThat(Ran.command("search", "x", "--json", "--server", server).out())
                .isEqualTo("{\"items\": [], \"mode\": \"hybrid\", \"model\": \"onnx/x\"}\n");
    }

    @Test
    void drawOnATerminalOnly() {
        service.thenBatch("\"1\"", StandInService.batch("RUNNING", false, 50, 2, 1, 0))
                .thenBatch("\"2\"", TwoFiles.DONE);

        Ran ran = files.ingest(Terminal.ofWidth(60), Map.of(), "");

        assertThat(ran.err())
                .contains("\r  [")
                .contains("50 %  1 of 2 documents")
                .endsWith("\u001B[K\n");
        assertThat(ran.out()).contains("2 of 2 documents succeeded in ").doesNotContain("\u001B");
        assertThat(files.ingest().err()).doesNotContain("\u001B", "\r");
        assertThat(files.ingest("--quiet").err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device, 5, The standard output cannot be written: No space left on device",
        "Broken pipe, 141, ''"
    })
    void sayThatTheStandardOutputCannotBeWrittenUnlessItsReaderHasHadEnough(String failure, int code, String said) {
        service.thenBatch("\"1\"", TwoFiles.DONE);
        var full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        };

        for (String line : List.of("status 0197 --server " + server, "status 0197 --json --server " + server)) {
            Ran ran = Ran.on(full, line.split(" ", -1));

            assertThat(ran.code()).isEqualTo(code);
            assertThat(ran.err().strip()).isEqualTo(said);
        }
    }

    @Test
    void tellAMistakeOfTheirOwnFromAFailureOfDocuments() {
        service.finding("{}");

        Ran ran = Ran.command("search", "x", "--server", server);

        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.err()).startsWith("This is a bug in mivaa-batch: java.lang.NullPointerException");
    }

    @Test
    void sayWhereElseTheServiceIs() {
        service.thenMoved("https://elsewhere.example/\u009Bx");

        Ran ran = files.ingest();

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("returned 308 Redirected to https://elsewhere.example/x.");
    }

    @Test
    void quoteWhatAShellWouldTakeApart() {
        assertThat(Connection.quoted("./data")).isEqualTo("./data");
        assertThat(Connection.quoted("my data; rm it's")).isEqualTo("'my data; rm it'\\''s'");
        assertThat(Connection.quoted("")).isEqualTo("''");
    }
}
