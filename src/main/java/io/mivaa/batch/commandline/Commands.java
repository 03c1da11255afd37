package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.screen.NotWritten;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import java.io.InputStream;
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

/** The commands of the command line, and what their failures are answered with. */
@Command(
        name = Commands.NAME,
        versionProvider = Commands.Version.class,
        header = "Turn documents into RAG-ready data in bulk.",
        description = {
            "",
            "Without a command the service is started; its settings are options like --server.port=9000"
                    + " (docs/configuration.md).",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 documents failed, 2 not understood, 3 service away or",
            "busy, 4 refused by the service, 5 failed here, 130 interrupted."
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

    /** Whether this asks for a command; options alone are settings of the service. */
    static boolean isCommand(String[] args) {
        return args.length > 0 && (!args[0].startsWith("-") || OPTIONS.contains(args[0]));
    }

    /** @return the exit code */
    static int run(Shell shell, String... args) {
        var out = new PrintWriter(new java.io.OutputStreamWriter(shell.out(), shell.charset()), true);
        var err = new PrintWriter(new java.io.OutputStreamWriter(shell.err(), shell.charset()), true);
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
                // A file may be called @anything.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(shell.isColoured() ? Ansi.ON : Ansi.OFF));
    }

    /** How this program is called, for commands that people can copy. */
    static String program() {
        String jar = System.getProperty("java.class.path", "");
        return jar.endsWith(".jar") && !jar.contains(java.io.File.pathSeparator)
                ? "java -jar " + Connection.quoted(jar)
                : NAME;
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
        int code;
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (failure instanceof Refused.Busy) {
            code = ExitCodes.UNAVAILABLE;
        } else if (failure instanceof Refused) {
            code = ExitCodes.REFUSED;
        } else if (failure instanceof NotWritten written && written.isUnread()) {
            return ExitCodes.UNREAD;
        } else if (failure instanceof LocalService.NotStarted || failure instanceof NotWritten) {
            code = ExitCodes.FAILED_HERE;
        } else if (failure instanceof InterruptedException) {
            code = ExitCodes.INTERRUPTED;
        } else if (failure instanceof IOException) {
            code = ExitCodes.UNAVAILABLE;
            message = "The service does not answer: " + message;
        } else {
            code = ExitCodes.FAILED_HERE;
            var trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            message = "This is a mistake in " + NAME + ": " + trace;
        }
        message.lines().map(Printable::line).forEach(err::println);
        err.flush();
        return code;
    }

    /** What the build says of itself. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            var build = new Properties();
            try (InputStream in = Commands.class.getResourceAsStream("/META-INF/build-info.properties")) {
                if (in != null) {
                    build.load(in);
                }
            }
            return new String[] {NAME + " " + build.getProperty("build.version", "of no known version")};
        }
    }
}
