package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.commandline.screen.Shell;
import io.mivaa.batch.commandline.screen.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command that was run in this process.
 *
 * @param code its exit code
 */
record Ran(int code, String out, String err) {

    static Ran command(String... arguments) {
        return on(Terminal.none(), Map.of(), "", arguments);
    }

    static Ran on(Terminal terminal, Map<String, String> environment, String in, String... arguments) {
        return on(new ByteArrayOutputStream(), terminal, environment, in, arguments);
    }

    /** With a standard output that does what the test wants of it. */
    static Ran on(OutputStream out, String... arguments) {
        return on(out, Terminal.none(), Map.of(), "", arguments);
    }

    private static Ran on(
            OutputStream out, Terminal terminal, Map<String, String> environment, String in, String... arguments) {
        var err = new ByteArrayOutputStream();
        var shell = new Shell(
                new HashMap<>(environment),
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                out,
                err,
                UTF_8,
                terminal,
                terminal);
        int code = Commands.run(shell, arguments);
        return new Ran(
                code, out instanceof ByteArrayOutputStream kept ? kept.toString(UTF_8) : "", err.toString(UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }
}
