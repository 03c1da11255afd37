package io.mivaa.batch.commandline.screen;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * The environment of a command: variables, streams and terminals.
 *
 * @param charset of text for people
 */
public record Shell(
        Map<String, String> environment,
        InputStream in,
        OutputStream out,
        OutputStream err,
        Charset charset,
        Terminal outTerminal,
        Terminal errTerminal) {

    /** The environment of this process. */
    public static Shell ofThisProcess() {
        Map<String, String> environment = System.getenv();
        return new Shell(
                environment,
                System.in,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                charsetOfThisProcess(),
                Terminal.of(Terminal.OUT, environment),
                Terminal.of(Terminal.ERR, environment));
    }

    /** The same with everything on the standard output, where the service's log goes as well. */
    public Shell withOneOutput() {
        return new Shell(environment, in, System.out, System.out, charset, outTerminal, outTerminal);
    }

    /** Whether the standard output may contain colours and bold text (see https://no-color.org). */
    public boolean isColoured() {
        return outTerminal.isInteractive()
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    private static Charset charsetOfThisProcess() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", ""));
        return name.isEmpty() || !Charset.isSupported(name) ? Charset.defaultCharset() : Charset.forName(name);
    }
}
