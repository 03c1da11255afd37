package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.screen.NotWritten;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Properties;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands, and how their failures are reported. */
@Command(
        name = Commands.NAME,
        versionProvider = Commands.Version.class,
        header = "Turn documents into RAG-ready data in bulk.",
        description = {
            "",
            "Without a command, the service starts. Its settings are options such as --server.port=9000"
                    + " (docs/configuration.md).",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 documents failed, 2 invalid command line, 3 service down",
            "or busy, 4 refused by the service, 5 local failure, 130 interrupted."
        })
final class Commands {

    static final String NAME = "mivaa-batch";

    private static final Set<String> OPTIONS = Set.of("-h", "--help", "-V", "--version");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    boolean version;

    /** Whether the arguments start with a command. Options alone are settings of the service. */
    static boolean isCommand(String[] args) {
        return args.length > 0 && (!args[0].startsWith("-") || OPTIONS.contains(args[0]));
    }

    /** @return the exit code */
    static int run(Shell shell, String... args) {
        var out = new PrintWriter(new OutputStreamWriter(shell.out(), shell.charset()), true);
        var err = new PrintWriter(new OutputStreamWriter(shell.err(), shell.charset()), true);
        return line(shell)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, given) -> misunderstood(wrong, err))
                .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, err))
                .execute(args);
    }

    static CommandLine line(Shell shell) {
        return new CommandLine(new Commands())
                .addSubcommand(new IngestCommand(shell))
                .addSubcommand(new StatusCommand(shell))
                .addSubcommand(new ResultsCommand(shell))
                .addSubcommand(new RetryCommand(shell))
                .addSubcommand(new CancelCommand(shell))
                .addSubcommand(new SearchCommand(shell))
                .addSubcommand(new HelpCommand())
                // The name of a file may begin with @.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(shell.isColoured() ? Ansi.ON : Ansi.OFF));
    }

    /** How to call this program, for commands that people can copy. */
    static String program() {
        String jar = System.getProperty("java.class.path", "");
        return jar.endsWith(".jar") && !jar.contains(File.pathSeparator) ? "java -jar " + Connection.quoted(jar) : NAME;
    }

    private static int misunderstood(ParameterException wrong, PrintWriter err) {
        err.println(Printable.line(String.valueOf(wrong.getMessage())));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        err.println("Try: " + program() + command.substring(NAME.length()) + " --help");
        err.flush();
        return ExitCodes.USAGE;
    }

    private static int failed(Exception failure, PrintWriter err) {
        if (failure instanceof NotWritten written && written.isUnread()) {
            return ExitCodes.UNREAD;
        }
        int code = code(failure);
        message(failure, code).lines().map(Printable::line).forEach(err::println);
        err.flush();
        return code;
    }

    private static int code(Exception failure) {
        if (failure instanceof Refused) {
            return failure instanceof Refused.Busy ? ExitCodes.UNAVAILABLE : ExitCodes.REFUSED;
        }
        if (failure instanceof InterruptedException) {
            return ExitCodes.INTERRUPTED;
        }
        boolean isLocal = failure instanceof LocalService.NotStarted || failure instanceof NotWritten;
        return failure instanceof IOException && !isLocal ? ExitCodes.UNAVAILABLE : ExitCodes.FAILED_HERE;
    }

    private static String message(Exception failure, int code) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (code == ExitCodes.UNAVAILABLE && !(failure instanceof Refused)) {
            return "The service does not respond: " + message;
        }
        if (failure instanceof IOException || failure instanceof InterruptedException) {
            return message;
        }
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return "This is a bug in " + NAME + ": " + trace;
    }

    /** The version of the build. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            var build = new Properties();
            try (InputStream in = Commands.class.getResourceAsStream("/META-INF/build-info.properties")) {
                if (in != null) {
                    build.load(in);
                }
            }
            return new String[] {NAME + " " + build.getProperty("build.version", "(unknown version)")};
        }
    }
}
