package io.mivaa.batch.pipeline.process;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.parse.Parsers;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The program of a parser process: parses the documents that the service names, one after the other. It ends when the
 * service closes the stream or dies, in the middle of a document if need be, and when it has been idle for long enough.
 */
public final class ParserServer {

    private final DataInputStream in;
    private final DataOutputStream out;
    private final SynchronousQueue<Frame> requests = new SynchronousQueue<>();

    ParserServer(InputStream in, OutputStream out) {
        this.in = new DataInputStream(new BufferedInputStream(in));
        this.out = new DataOutputStream(out);
    }

    /** Serves the parsers of the service until the stream ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        main(setup -> Parsers.all(setup.parse(), setup.ocr(), setup.container()));
    }

    /** Serves other parsers. */
    static void main(Function<Messages.Setup, List<Parser>> parsers) throws IOException, InterruptedException {
        InputStream in = System.in;
        OutputStream out = System.out;
        // What a library prints would be taken for a frame.
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false);
        System.setOut(nowhere);
        System.setErr(nowhere);
        new ParserServer(in, out).serve(parsers, () -> Runtime.getRuntime().halt(0));
        Runtime.getRuntime().halt(0);
    }

    /**
     * Answers requests on the calling thread.
     *
     * @param abandoned run, on another thread, when the stream ends
     */
    void serve(Function<Messages.Setup, List<Parser>> parsers, Runnable abandoned)
            throws IOException, InterruptedException {
        Messages.Setup setup = Messages.setup(Frame.read(in));
        Map<String, Parser> known = byMediaType(parsers.apply(setup));
        Thread reader = new Thread(() -> read(abandoned), "requests");
        reader.setDaemon(true);
        reader.start();
        @Nullable Frame request = requests.poll(setup.idleMillis(), TimeUnit.MILLISECONDS);
        while (request != null) {
            answer(Messages.request(request), known).write(out);
            request = requests.poll(setup.idleMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Map<String, Parser> byMediaType(List<Parser> parsers) {
        Map<String, Parser> known = new HashMap<>();
        parsers.forEach(parser -> parser.mediaTypes().forEach(type -> known.put(type, parser)));
        return known;
    }

    /** On a thread of its own, so that the end of the service is noticed while a document is parsed. */
    private void read(Runnable abandoned) {
        try {
            for (Frame frame = Frame.read(in); frame.type() != Frame.Type.END; frame = Frame.read(in)) {
                requests.put(frame);
            }
        } catch (IOException | InterruptedException e) {
            // As at the end of the stream.
        }
        abandoned.run();
    }

    private Frame answer(Messages.Request request, Map<String, Parser> parsers) {
        try {
            Parser parser = Objects.requireNonNull(parsers.get(request.source().mediaType()));
            return Messages.document(parser.parse(request.source(), request.limits(), this::pagesRead));
        } catch (Rejected rejected) {
            return Messages.problem(Frame.Type.REJECTED, rejected.code(), rejected.getMessage());
        } catch (TransientFailure failure) {
            return Messages.problem(Frame.Type.TRANSIENT, failure.code(), failure.getMessage());
        } catch (OutOfMemoryError error) {
            throw error;
        } catch (RuntimeException | Error failure) {
            // Only its kind: the message may quote the document.
            return Messages.problem(Frame.Type.ERROR, null, failure.getClass().getSimpleName());
        }
    }

    private void pagesRead(int pages) {
        try {
            Frame.pages(pages).write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
