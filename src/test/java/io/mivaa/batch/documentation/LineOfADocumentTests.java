package io.mivaa.batch.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The way of a document through the code is short, and docs/internals.md describes it as it is. */
class LineOfADocumentTests {

    private static final Pattern ROW = Pattern.compile("\\| `([A-Z]\\w+)` \\| `([a-z.]+)` \\|.*");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mivaa.batch");

    private final List<List<String>> lines =
            lines(Markdown.of("docs/internals.md").lines());

    @Test
    void takesAtMostTwentyFiveTypesEachNamedOnce() {
        assertThat(lines).hasSize(2);
        assertThat(lines.stream().flatMap(List::stream)).hasSizeBetween(15, 25).doesNotHaveDuplicates();
    }

    @Test
    void namesTypesWhereTheyAre() {
        assertThat(lines.stream().flatMap(List::stream)).allMatch(CLASSES::contain);
    }

    @Test
    void leadsFromEachTypeToTheNext() {
        for (List<String> line : lines) {
            for (int i = 1; i < line.size(); i++) {
                String type = line.get(i);
                assertThat(line.subList(0, i)).as("types above " + type).anyMatch(above -> uses(above, type));
            }
        }
    }

    private static boolean uses(String user, String used) {
        return CLASSES.stream()
                .filter(type -> outermost(type).equals(user))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .anyMatch(dependency -> outermost(dependency.getTargetClass()).equals(used));
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(LineOfADocumentTests::outermost).orElse(type.getName());
    }

    /** The types of each table of types and packages. */
    private static List<List<String>> lines(List<String> text) {
        List<List<String>> lines = new ArrayList<>();
        for (String line : text) {
            Matcher row = ROW.matcher(line);
            if (line.startsWith("| type | package |")) {
                lines.add(new ArrayList<>());
            } else if (row.matches()) {
                lines.get(lines.size() - 1).add("io.mivaa.batch." + row.group(2) + "." + row.group(1));
            }
        }
        return lines;
    }
}
