package io.mivaa.batch.commandline.screen;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Where a command was started.
 *
 * @param charset of what is written for people
 */
public record Shell(
        Map<String, String> environment,
        InputStream in,
        OutputStream out,
        OutputStream err,
        Charset charset,
        Terminal outTerminal,
        Terminal errTerminal) {

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

    /** Colours and bold are welcome (https://no-color.org). */
    public boolean isColoured() {
        return outTerminal.isInteractive()
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    private static Charset charsetOfThisProcess() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", ""));
        return name.isEmpty() || !Charset.isSupported(name) ? Charset.defaultCharset() : Charset.forName(name);
    }
}
