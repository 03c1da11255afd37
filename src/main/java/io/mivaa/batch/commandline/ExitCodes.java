package io.mivaa.batch.commandline;

/** What a command's exit code means, as docs/commandline.md promises it. */
final class ExitCodes {

    static final int DONE = 0;

    /** The command did its work, but documents failed or were cancelled. */
    static final int DOCUMENTS_FAILED = 1;

    /** The command was not understood, or there is nothing to do it with. */
    static final int USAGE = 2;

    /** The service does not answer, or is busy for longer than patience lasts. */
    static final int UNAVAILABLE = 3;

    /** The service has refused the request. */
    static final int REFUSED = 4;

    /** The service could not be started in this process, or a file could not be read or written here. */
    static final int FAILED_HERE = 5;

    /** As shells count: 128 and the number of SIGINT. */
    static final int INTERRUPTED = 130;

    /** As shells count: 128 and the number of SIGPIPE. */
    static final int UNREAD = 141;

    private ExitCodes() {}
}
