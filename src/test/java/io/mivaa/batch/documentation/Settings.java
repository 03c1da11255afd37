package io.mivaa.batch.documentation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/** Every setting that the code has: components of its settings records, and placeholders in annotations. */
final class Settings {

    private static final Path SOURCES = Path.of("src/main/java");

    /** {@code ${mivaa.some.name:default}}; a default may hold one placeholder itself. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(mivaa\\.[a-z.-]+):((?:[^{}$]|\\$\\{[^{}]*})*)}");

    /** What the names of the keys of a map stand for. */
    private static final Map<String, String> KEYS =
            Map.of("mivaa.access.keys", "<workspace>", "mivaa.worker.retry", "<class>");

    private Settings() {}

    /**
     * A setting as the documentation tells it.
     *
     * @param defaultValue empty without one
     */
    record Setting(String name, String type, String defaultValue) {}

    /** Those of records, and those that stand in placeholders alone. */
    static List<Setting> all() {
        List<Setting> all = new ArrayList<>(ofRecords());
        placeholders().forEach((name, value) -> {
            if (all.stream().noneMatch(each -> each.name().equals(name))) {
                all.add(new Setting(name, "path", value));
            }
        });
        return all;
    }

    static List<Setting> ofRecords() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Setting> settings = new ArrayList<>();
        scanner.findCandidateComponents("io.mivaa.batch").forEach(found -> {
            Class<?> type = ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), null);
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            addComponents(prefix, type, settings);
        });
        return settings;
    }

    private static void addComponents(String prefix, Class<?> record, List<Setting> settings) {
        for (Parameter parameter : record.getDeclaredConstructors()[0].getParameters()) {
            String name = prefix + "." + kebab(parameter.getName());
            if (parameter.getType() == Map.class) {
                addEntries(name, parameter, settings);
            } else if (parameter.getType().isRecord()) {
                addComponents(name, parameter.getType(), settings);
            } else {
                settings.add(new Setting(name, type(parameter.getParameterizedType()), defaultOf(parameter)));
            }
        }
    }

    private static void addEntries(String name, Parameter map, List<Setting> settings) {
        String entry = name + "." + KEYS.getOrDefault(name, "<name>");
        Type value = ((ParameterizedType) map.getParameterizedType()).getActualTypeArguments()[1];
        if (value instanceof Class<?> type && type.isRecord()) {
            addComponents(entry, type, settings);
        } else {
            settings.add(new Setting(entry, type(value), ""));
        }
    }

    private static String defaultOf(Parameter parameter) {
        DefaultValue value = parameter.getAnnotation(DefaultValue.class);
        return value == null ? "" : String.join(",", value.value());
    }

    private static String type(Type type) {
        if (type instanceof ParameterizedType list) {
            return "list of " + type(list.getActualTypeArguments()[0]) + "s";
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isEnum()) {
            String names =
                    Arrays.stream(raw.getEnumConstants()).map(String::valueOf).collect(Collectors.joining(", "));
            return names.replaceFirst(", (\\w+)$", " or $1");
        }
        return raw == boolean.class
                ? "true or false"
                : raw == int.class
                                || raw == long.class
                                || raw == double.class
                                || raw == Integer.class
                                || raw == Double.class
                        ? "number"
                        : raw == Duration.class
                                ? "duration"
                                : raw == DataSize.class ? "size" : raw == Path.class ? "path" : "text";
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    /** Name to default, of all that stand in the sources. */
    static Map<String, String> placeholders() {
        Map<String, String> placeholders = new TreeMap<>();
        sources().forEach(source -> {
            for (Matcher found = PLACEHOLDER.matcher(source); found.find(); ) {
                placeholders.put(found.group(1), found.group(2));
            }
        });
        return placeholders;
    }

    /** The text of every source file. */
    static List<String> sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(Settings::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
