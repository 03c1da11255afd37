package io.mivaa.batch.commandline.screen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What a process learns about its outputs. {@code script} gives it a terminal. */
@EnabledIf("hasScript")
class TerminalTests {

    static boolean hasScript() {
        return Files.isExecutable(Path.of("/usr/bin/script"));
    }

    /** Prints both widths where the test can read them. */
    static final class Widths {

        public static void main(String[] args) throws IOException {
            String widths = Terminal.of(Terminal.OUT, System.getenv()).width() + " "
                    + Terminal.of(Terminal.ERR, System.getenv()).width();
            Files.writeString(Path.of(args[0]), widths);
        }
    }

    private static String widths(String redirections, Map<String, String> environment) throws Exception {
        Path answer = Files.createTempFile("widths", ".txt");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String command = "stty cols 97; '%s' -XX:TieredStopAtLevel=1 '%s' '%s' %s"
                .formatted(java, Widths.class.getName(), answer, redirections);
        var script = new ProcessBuilder("script", "-qec", command, "/dev/null").redirectErrorStream(true);
        script.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        script.environment().put("TERM", "xterm");
        script.environment().putAll(environment);
        Process process = script.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        String widths = Files.readString(answer);
        Files.delete(answer);
        return widths;
    }

    @Test
    void hasTheWidthOfItsWindowOnBothOutputs() throws Exception {
        assertThat(widths("", Map.of())).isEqualTo("97 97");
    }

    @Test
    void isNoneWhereAnOutputGoesToAFile() throws Exception {
        assertThat(widths("> /dev/null", Map.of())).isEqualTo("0 97");
        assertThat(widths("2> /dev/null", Map.of())).isEqualTo("97 0");
    }

    @Test
    void isNoneThatCanRedrawWhenItIsDumb() throws Exception {
        assertThat(widths("", Map.of("TERM", "dumb"))).isEqualTo("0 0");
    }
}
