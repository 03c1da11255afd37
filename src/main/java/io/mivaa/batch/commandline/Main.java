package io.mivaa.batch.commandline;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.commandline.screen.Shell;

/**
 * The main class of the jar. Runs the command that the first argument names, or else starts the service. Spring is not
 * loaded for a command that uses a running service.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (Commands.isCommand(args)) {
            System.exit(Commands.run(Shell.ofThisProcess(), args));
        }
        MivaaBatchApplication.main(args);
    }
}
