package io.mivaa.batch.commandline.screen;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an output is a terminal that can redraw a line, and how wide it is. Java does not report this for each output,
 * so {@code sh} and {@code stty} are asked. That takes a few hundredths of a second; a terminal library would take several
 * times as long, or load native code, to answer the same question. Not thread-safe.
 */
public final class Terminal {

    static final int OUT = 1;
    static final int ERR = 2;

    private static final int DEFAULT_WIDTH = 80;
    private static final int ASK_AGAIN_SECONDS = 2;
    private static final Pattern SIZE = Pattern.compile("\\s*\\d+ (\\d+)\\s*");

    private final int descriptor;
    private final boolean fixed;
    private int width;
    private long asked;

    /** @param width in columns; 0 when the output is not a terminal */
    private Terminal(int descriptor, int width, boolean fixed) {
        this.descriptor = descriptor;
        this.width = width;
        this.fixed = fixed;
        this.asked = System.nanoTime();
    }

    /** @param descriptor {@link #OUT} or {@link #ERR} of this process */
    static Terminal of(int descriptor, Map<String, String> environment) {
        return environment.getOrDefault("TERM", "").equals("dumb")
                ? none()
                : new Terminal(descriptor, measure(descriptor), false);
    }

    public static Terminal none() {
        return new Terminal(0, 0, true);
    }

    public static Terminal ofWidth(int width) {
        return new Terminal(0, width, true);
    }

    boolean isInteractive() {
        return width > 0;
    }

    /** In columns. Follows the size of the window with a delay of two seconds. */
    int width() {
        if (!fixed && TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - asked) >= ASK_AGAIN_SECONDS) {
            asked = System.nanoTime();
            width = Math.max(1, measure(descriptor));
        }
        return width;
    }

    private static int measure(int descriptor) {
        // The answer must come on the other output: this one must stay unchanged, so that stty can measure it.
        boolean isOut = descriptor == OUT;
        String script = "test -t %1$d && { stty size || echo 0 0; } <&%1$d%2$s"
                .formatted(descriptor, isOut ? " >&2 2>/dev/null" : "");
        var ask = new ProcessBuilder("sh", "-c", script);
        ask.redirectOutput(isOut ? Redirect.INHERIT : Redirect.PIPE);
        ask.redirectError(isOut ? Redirect.PIPE : Redirect.INHERIT);
        try {
            Process process = ask.start();
            process.getOutputStream().close();
            try (InputStream answer = isOut ? process.getErrorStream() : process.getInputStream()) {
                Matcher size = SIZE.matcher(new String(answer.readNBytes(64), US_ASCII));
                if (!size.matches()) {
                    return 0;
                }
                int columns = Integer.parseInt(size.group(1));
                return columns == 0 ? DEFAULT_WIDTH : columns;
            }
        } catch (IOException | NumberFormatException e) {
            return hasConsole() ? DEFAULT_WIDTH : 0;
        }
    }

    /** For systems without a shell. Since JDK 22, System.console() is not null even when the output is a file. */
    @SuppressWarnings("SystemConsoleNull")
    static boolean hasConsole() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
