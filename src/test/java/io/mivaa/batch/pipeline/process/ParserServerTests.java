package io.mivaa.batch.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Parser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of a parser process, in the process of the test. */
@Timeout(60)
class ParserServerTests {

    private static final Messages.Setup IMPATIENT = new Messages.Setup(
            PlantedParsers.SETUP.parse(), PlantedParsers.SETUP.ocr(), PlantedParsers.SETUP.container(), 500);

    @TempDir
    private Path folder;

    private final CountDownLatch abandoned = new CountDownLatch(1);
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

    /** Serves these requests, and then nobody sends any more or closes the stream. */
    private List<Frame.Type> serve(Parser parser, Frame... requests) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        Messages.setup(IMPATIENT).write(out);
        for (Frame request : requests) {
            request.write(out);
        }
        try (PipedOutputStream open = new PipedOutputStream();
                InputStream silence = new PipedInputStream(open);
                InputStream in = new SequenceInputStream(new ByteArrayInputStream(bytes.toByteArray()), silence)) {
            new ParserServer(in, answers).serve(setup -> List.of(parser), abandoned::countDown);
        }
        DataInputStream read = new DataInputStream(new ByteArrayInputStream(answers.toByteArray()));
        return Stream.generate(() -> type(read))
                .takeWhile(type -> type != Frame.Type.END)
                .toList();
    }

    private static Frame.Type type(DataInputStream in) {
        try {
            return Frame.read(in).type();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Frame request(String text) throws IOException {
        Path own = Files.createTempDirectory(folder, "");
        return Messages.request(PlantedParsers.source(own, text), new ParseLimits(10, 1000));
    }

    @Test
    void answersRequestsInTurnAndEndsWhenItIsIdle() throws Exception {
        assertThat(serve(
                        PlantedParsers.parser(),
                        request("text"),
                        request("rejected"),
                        request("transient"),
                        request("error"),
                        request("text")))
                .containsExactly(
                        Frame.Type.DOCUMENT,
                        Frame.Type.REJECTED,
                        Frame.Type.TRANSIENT,
                        Frame.Type.ERROR,
                        Frame.Type.DOCUMENT);
    }

    @Test
    void reportsEveryPage() throws Exception {
        assertThat(serve(PlantedParsers.parser(), request("pages")))
                .hasSize(101)
                .startsWith(Frame.Type.PAGES)
                .endsWith(Frame.Type.DOCUMENT);
    }

    @Test
    void noticesTheEndOfTheServiceWhileItWaits() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Messages.setup(IMPATIENT).write(new DataOutputStream(bytes));

        new ParserServer(new ByteArrayInputStream(bytes.toByteArray()), answers)
                .serve(setup -> List.of(), abandoned::countDown);

        assertThat(abandoned.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(answers.size()).isZero();
    }
}
