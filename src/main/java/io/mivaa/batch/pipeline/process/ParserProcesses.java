package io.mivaa.batch.pipeline.process;

import io.mivaa.batch.pipeline.Isolation;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.ParserFailure;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parser processes of this service. A thread that parses has one for itself; there are as many as threads have
 * parsed at the same time. A process in which something went wrong is killed, never used again. Thread-safe.
 */
final class ParserProcesses implements Isolation, Closeable {

    private static final Logger log = LoggerFactory.getLogger(ParserProcesses.class);

    /** What {@code -XX:+ExitOnOutOfMemoryError} exits with. */
    private static final int OUT_OF_MEMORY = 3;

    private final ProcessCommand command;
    private final Frame setup;

    /** The one used last is used first, so that the others can end when they are not needed. */
    private final Deque<ParserProcess> idle = new ArrayDeque<>();

    private boolean closed;

    ParserProcesses(ProcessCommand command, Messages.Setup setup) {
        this.command = command;
        this.setup = Messages.setup(setup);
    }

    @Override
    public Parser isolate(Parser parser) {
        Set<String> mediaTypes = parser.mediaTypes();
        return new Parser() {
            @Override
            public Set<String> mediaTypes() {
                return mediaTypes;
            }

            @Override
            public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
                return ParserProcesses.this.parse(Messages.request(source, limits), progress);
            }
        };
    }

    /** The process ended before it had answered. */
    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * A document is blamed only for a process that read nothing else: in another one, an earlier document may have used
     * up the memory.
     */
    private ParsedDocument parse(Frame request, ParseProgress progress) {
        ParserProcess used = takeIdle();
        if (used != null) {
            try {
                return parse(used, request, progress);
            } catch (Ended e) {
                log.debug("A parser process ended; its document is read again in a new one");
                used.close();
            }
        }
        ParserProcess fresh = start();
        try {
            return parse(fresh, request, progress);
        } catch (Ended e) {
            throw crash(fresh);
        }
    }

    /** Afterwards the process is idle, or it has been killed, unless it has ended. */
    private ParsedDocument parse(ParserProcess process, Frame request, ParseProgress progress) throws Ended {
        Frame answer = null;
        try {
            answer = exchange(process, request, progress);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            if (answer == null) {
                process.close();
            }
        }
        if (answer.type() == Frame.Type.END) {
            throw new Ended();
        }
        putBack(process);
        return outcome(answer);
    }

    private static Frame exchange(ParserProcess process, Frame request, ParseProgress progress)
            throws InterruptedException {
        try {
            process.send(request);
        } catch (IOException e) {
            return Frame.end();
        }
        Frame frame = process.receive();
        while (frame.type() == Frame.Type.PAGES) {
            progress.pagesRead(frame.pages());
            frame = process.receive();
        }
        return frame;
    }

    private static ParsedDocument outcome(Frame answer) {
        if (answer.type() == Frame.Type.DOCUMENT) {
            return Messages.document(answer);
        }
        Messages.Problem problem = Messages.problem(answer);
        String code = String.valueOf(problem.code());
        String message = String.valueOf(problem.message());
        throw switch (answer.type()) {
            case REJECTED -> new Rejected(code, message);
            case TRANSIENT -> new TransientFailure(code, message, null);
            default -> new ParserFailure(ParserFailure.Kind.ERROR, "An unexpected error occurred (" + message + ").");
        };
    }

    private static RuntimeException crash(ParserProcess process) {
        try {
            int exitCode = process.exitCode();
            if (exitCode == OUT_OF_MEMORY) {
                return new ParserFailure(
                        ParserFailure.Kind.OUT_OF_MEMORY,
                        "The document needs more memory than mivaa.parse.process.memory.");
            }
            log.warn("A parser process ended with exit code {} {}", exitCode, process.lastWords());
            return new ParserFailure(
                    ParserFailure.Kind.CRASH,
                    "The process that read the document ended with exit code " + exitCode + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CancellationException("interrupted");
        } finally {
            process.close();
        }
    }

    private ParserProcess start() {
        try {
            return ParserProcess.start(command, setup);
        } catch (IOException e) {
            throw new TransientFailure(
                    "parser-unavailable", "No process to read the document could be started on this machine.", e);
        }
    }

    /** An idle process that has not ended meanwhile. */
    private synchronized @Nullable ParserProcess takeIdle() {
        while (true) {
            ParserProcess last = idle.pollLast();
            if (last == null || last.isAlive()) {
                return last;
            }
            last.close();
        }
    }

    private synchronized void putBack(ParserProcess process) {
        if (closed) {
            process.close();
        } else {
            idle.addLast(process);
        }
    }

    /** Ends the idle processes. One that is in use ends with the thread that uses it, or with the service. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(ParserProcess::close);
        idle.clear();
    }
}
