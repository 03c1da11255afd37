package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.screen.Shell;
import io.mivaa.batch.commandline.screen.Terminal;
import io.mivaa.batch.documentation.Markdown;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

/** docs/commandline.md shows the help of every command as it is printed, and every exit code. */
class CommandlineDocumentationTests {

    private static final String PRINTS = "prints ";

    private final Markdown document = Markdown.of("docs/commandline.md");

    @Test
    void showsTheHelpOfEveryCommand() {
        var shell = new Shell(
                Map.of(),
                java.io.InputStream.nullInputStream(),
                java.io.OutputStream.nullOutputStream(),
                java.io.OutputStream.nullOutputStream(),
                java.nio.charset.StandardCharsets.UTF_8,
                Terminal.none(),
                Terminal.none());
        Map<String, String> printed = new TreeMap<>();
        printed.put("mivaa-batch --help", Commands.line(shell).getUsageMessage(Ansi.OFF));
        Commands.line(shell).getSubcommands().forEach((name, command) -> {
            if (!name.equals("help")) {
                printed.put("mivaa-batch " + name + " --help", command.getUsageMessage(Ansi.OFF));
            }
        });

        Map<String, String> shown = document.blocks().stream()
                .filter(block -> block.marker().startsWith(PRINTS))
                .collect(Collectors.toMap(
                        block -> block.marker().substring(PRINTS.length()),
                        Markdown.Block::text,
                        (left, right) -> left,
                        TreeMap::new));
        assertThat(shown).isEqualTo(printed);
        assertThat(printed.values())
                .allSatisfy(help -> assertThat(help.lines())
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80)));
    }

    @Test
    void namesEveryExitCode() {
        List<String> codes = Arrays.stream(ExitCodes.class.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == int.class)
                .map(CommandlineDocumentationTests::value)
                .toList();

        List<String> documented = Stream.of("0", "1", "2", "3", "4", "5")
                .flatMap(first -> document.rows(first).stream())
                .map(row -> row.get(0))
                .distinct()
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(codes);
    }

    private static String value(Field field) {
        try {
            return Objects.toString(field.get(null));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
