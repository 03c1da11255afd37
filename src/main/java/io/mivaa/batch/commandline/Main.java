package io.mivaa.batch.commandline;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.commandline.screen.Shell;

/**
 * What {@code java -jar mivaa-batch.jar} starts: the command that the first argument names, or without one the service.
 * Nothing of Spring is loaded for a command that goes to a running service.
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
