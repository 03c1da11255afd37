package io.mivaa.batch.pipeline.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Starts a Java process with the class path of this one.
 *
 * @param options for the JVM
 * @param mainClass to run
 */
record ProcessCommand(List<String> options, String mainClass) {

    /** Runs another main class of a jar whose classes and libraries are packed into it. */
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    /** A parser needs none of the others, and the service's passwords are among them. */
    private static final Set<String> ENVIRONMENT = Set.of(
            "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SYSTEMROOT");

    ProcessCommand {
        options = List.copyOf(options);
    }

    /** The parser processes of a service with these settings. */
    static ProcessCommand of(ProcessSettings settings) {
        return new ProcessCommand(
                List.of(
                        "-Xmx" + settings.memory().toMegabytes() + "m",
                        // One document at a time on one core: threads for collections would take those of others.
                        "-XX:+UseSerialGC",
                        "-XX:ActiveProcessorCount=1",
                        // The second compiler costs each process more than it saves it, cold and warm.
                        "-XX:TieredStopAtLevel=1",
                        // Returns the memory of a large document.
                        "-XX:MinHeapFreeRatio=10",
                        "-XX:MaxHeapFreeRatio=30",
                        // After that, a process is in no state to go on.
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+DisplayVMOutputToStderr",
                        "-XX:-UsePerfData",
                        "-Djava.awt.headless=true"),
                ParserServer.class.getName());
    }

    /** @param folder the process's working folder, and the one for its temporary files */
    Process start(Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + folder);
        command.add("-cp");
        command.add(absolute(System.getProperty("java.class.path")));
        if (isPacked()) {
            command.add("-Dloader.main=" + mainClass);
            command.add(LAUNCHER);
        } else {
            command.add(mainClass);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors(folder).toFile());
        builder.environment().keySet().removeIf(name -> !ENVIRONMENT.contains(name.toUpperCase(Locale.ROOT)));
        return builder.start();
    }

    /** What the virtual machine itself prints, for example when it crashes. */
    static Path errors(Path folder) {
        return folder.resolve("errors.txt");
    }

    /** Whether the classes are in a jar within the jar that was started. */
    private static boolean isPacked() {
        return String.valueOf(ProcessCommand.class.getResource("ProcessCommand.class"))
                .contains("BOOT-INF");
    }

    private static String absolute(String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            entries.add(Files.exists(path) ? path.toAbsolutePath().toString() : entry);
        }
        return String.join(File.pathSeparator, entries);
    }
}
