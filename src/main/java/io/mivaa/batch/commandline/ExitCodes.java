package io.mivaa.batch.commandline;

/** The exit codes, as docs/commandline.md documents them. */
final class ExitCodes {

    static final int DONE = 0;

    /** The command did its work, but documents failed or were cancelled. */
    static final int DOCUMENTS_FAILED = 1;

    /** The command line is not valid, or there are no files to ingest. */
    static final int USAGE = 2;

    /** The service does not respond, or was busy for longer than {@code --patience}. */
    static final int UNAVAILABLE = 3;

    /** The service refused the request. */
    static final int REFUSED = 4;

    /** The service could not be started in this process, or a file could not be read or written here. */
    static final int FAILED_HERE = 5;

    /** By the convention of shells: 128 plus the number of SIGINT. */
    static final int INTERRUPTED = 130;

    /** By the convention of shells: 128 plus the number of SIGPIPE. */
    static final int UNREAD = 141;

    private ExitCodes() {}
}
