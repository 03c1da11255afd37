package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every regular expression of the service takes time in proportion to the text, whatever the text. A document may have a
 * line of many megabytes, and nothing interrupts a matcher. Steps are counted, so the speed of the machine does not
 * matter.
 */
class LinearPatternTests {

    private static final int LENGTH = 3_000;

    /** A bounded repetition may look at a character as often as its bound; a quadratic search exceeds this by far. */
    private static final long STEPS = 1000L * LENGTH;

    /** What hostile texts consist of. */
    private static final List<String> UNITS = List.of(
            " ",
            "\t",
            "\n",
            "a",
            "A",
            "7",
            "=",
            "= ",
            "[",
            "]",
            "![",
            "[](",
            "(",
            ")",
            "*",
            "**",
            "_",
            "`",
            "|",
            "<",
            ">",
            "-",
            "- ",
            ".",
            ". ",
            ",",
            ":",
            "\"",
            "'",
            "/",
            "#",
            "+",
            "\u00a0",
            "ä",
            "a ",
            "a.",
            "a\n",
            "\n\n",
            "\n \n",
            " \n",
            "7 ",
            "7.",
            "<meta ",
            "<?xml ",
            "<!--",
            "\u2026",
            "\u2014",
            "a-",
            "a_",
            "i",
            "{",
            "~",
            ";",
            "x=",
            "a|",
            "-->",
            "a'",
            "😀",
            "a=",
            "= a ",
            "\\",
            "**a ",
            "*a",
            "[a](b)",
            "![](",
            "a(",
            "\"a",
            "<a ",
            "- a\n",
            "1. ",
            "a@",
            "//",
            "a:b",
            ",continued.",
            "(a",
            "\n= a =",
            "a\t",
            "a\n=\n",
            "a - ",
            "<!---->",
            "7 7 ",
            "7 obj");

    /** What they may begin with, so that a search starts. */
    private static final List<String> BEGINNINGS = List.of(
            "",
            "=",
            "a=",
            "![",
            "[a](",
            "<meta",
            "<?xml",
            "HYPERLINK \"",
            "7",
            "+++\n",
            "table 7",
            "images/",
            "A ",
            "**a",
            "\"",
            "%PDF-",
            "D:2024",
            "a",
            "(",
            "http://",
            "__MACOSX/");

    private static final List<String> ENDS = List.of("", "\n!");

    private static final Pattern INLINE =
            Pattern.compile("\\.(replaceAll|replaceFirst|matches|split)\\(\\s*\"((?:[^\"\\\\\\n]|\\\\.)*+)\"\\s*[,)]");

    /** Counts the characters that a matcher looks at. */
    private static final class Counted implements CharSequence {

        private final String text;
        private long steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > STEPS) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** @param whole whether only whole texts are matched, so that no search starts at each character */
    private record Use(Pattern pattern, boolean whole) {}

    private static Use found(String pattern) {
        return new Use(Pattern.compile(pattern), false);
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void everyPatternTakesTimeInProportionToTheText() {
        Map<String, String> slow = new TreeMap<>();
        uses().forEach((where, use) -> {
            String text = hostile(use);
            if (text != null) {
                slow.put(where, use.pattern() + " on " + text);
            }
        });

        assertThat(String.join(
                        "\n", slow.entrySet().stream().map(Object::toString).toList()))
                .isEmpty();
    }

    @Test
    void noticesAPatternThatDoesNot() {
        assertThat(hostile(found("a+b"))).isNotNull();
        assertThat(hostile(found("(?:a|b)*c"))).isNotNull();
        assertThat(hostile(found("\\s+$"))).isNotNull();
        assertThat(hostile(found("[a-z]{1,3}x"))).isNull();
    }

    /** @return a description of a text on which the pattern takes too long, or null */
    private static @Nullable String hostile(Use use) {
        for (String unit : UNITS) {
            String middle = unit.repeat(LENGTH / unit.length());
            for (String beginning : BEGINNINGS) {
                for (String end : ENDS) {
                    String trouble = trouble(use, beginning + middle + end);
                    if (trouble != null) {
                        return trouble + ": "
                                + (beginning + " then many " + unit + " then " + end).replace("\n", "\\n");
                    }
                }
            }
        }
        return null;
    }

    private static @Nullable String trouble(Use use, String text) {
        try {
            if (!use.whole()) {
                Matcher all = use.pattern().matcher(new Counted(text));
                while (all.find()) {
                    // Each match counts.
                }
            }
            use.pattern().matcher(new Counted(text)).matches();
            return null;
        } catch (TooManySteps e) {
            return "too many steps";
        } catch (StackOverflowError e) {
            return "stack overflow";
        }
    }

    private static Map<String, Use> uses() {
        Map<String, Use> uses = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.mivaa.batch")) {
            for (JavaField field : type.getFields()) {
                if (field.getRawType().isEquivalentTo(Pattern.class)) {
                    boolean whole = matchesWholeTexts(source(type), field.getName());
                    constants(field).forEach((where, pattern) -> uses.put(where, new Use(pattern, whole)));
                }
            }
        }
        uses.putAll(inline());
        return uses;
    }

    private static String source(JavaClass type) {
        JavaClass top = type;
        while (top.getEnclosingClass().isPresent()) {
            top = top.getEnclosingClass().get();
        }
        return read(Path.of("src/main/java", top.getName().replace('.', '/') + ".java"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether every use of a constant is {@code NAME.matcher(…).matches()}, at once or by way of a variable. */
    private static boolean matchesWholeTexts(String source, String name) {
        Matcher uses =
                Pattern.compile("(?:Matcher (\\w+) = )?\\b" + name + "\\.").matcher(source);
        boolean whole = true;
        while (uses.find()) {
            String call = source.substring(uses.end());
            if (!call.startsWith("matcher(")) {
                return false;
            }
            String after = call.substring(end(call, "matcher(".length())).stripLeading();
            if (after.startsWith(".region(")) {
                after = after.substring(end(after, ".region(".length())).stripLeading();
            }
            String variable = uses.group(1);
            boolean throughVariable = variable != null
                    && after.startsWith(";")
                    && source.contains(variable + ".matches()")
                    && !source.contains(variable + ".find()");
            whole &= throughVariable || after.startsWith(".matches()");
        }
        return whole;
    }

    /** The offset after the arguments of the call that the text starts with. */
    private static int end(String call, int arguments) {
        int open = 1;
        int at = arguments;
        while (open > 0) {
            char next = call.charAt(at++);
            open += next == '(' ? 1 : next == ')' ? -1 : 0;
        }
        return at;
    }

    /** Of a static field its value, of a field of an enum the value of each constant. */
    private static Map<String, Pattern> constants(JavaField field) {
        Map<String, Pattern> constants = new TreeMap<>();
        Field reflected = field.reflect();
        reflected.setAccessible(true);
        Object[] owners = Modifier.isStatic(reflected.getModifiers())
                ? new Object[] {null}
                : reflected.getDeclaringClass().getEnumConstants();
        assertThat(owners).as("%s is a constant", field.getFullName()).isNotNull();
        for (Object owner : owners) {
            try {
                Object value = reflected.get(owner);
                if (value != null) {
                    constants.put(field.getFullName() + (owner == null ? "" : " of " + owner), (Pattern) value);
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return constants;
    }

    /** The literals that methods of {@code String} compile. */
    private static Map<String, Use> inline() {
        Map<String, Use> inline = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher calls = INLINE.matcher(read(file));
                while (calls.find()) {
                    String pattern = calls.group(2).translateEscapes();
                    inline.put(
                            file.getFileName() + " " + calls.group(),
                            new Use(Pattern.compile(pattern), calls.group(1).equals("matches")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(inline).hasSizeGreaterThan(50);
        return inline;
    }
}
