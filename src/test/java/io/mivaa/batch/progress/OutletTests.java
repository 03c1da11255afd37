package io.mivaa.batch.progress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class OutletTests {

    private static final int MOST = 10;

    private final Reader reader = new Reader();
    private final AtomicInteger ends = new AtomicInteger();
    private final Outlet outlet;

    OutletTests() throws IOException {
        var response = new MockHttpServletResponse() {
            @Override
            public ServletOutputStream getOutputStream() {
                return reader;
            }
        };
        outlet = new Outlet(new MockAsyncContext(new MockHttpServletRequest(), response), MOST, ends::incrementAndGet);
        outlet.open();
    }

    @Test
    void keepsWhatIsNotTakenUpToItsBoundAndSendsItInOrder() {
        reader.ready = false;

        assertThat(outlet.send(frames("aaaa", "bbbb", "cccc", "dddd"))).isEqualTo(3);
        assertThat(outlet.send(frames("dddd"))).isZero();
        assertThat(outlet.isDrained()).isFalse();
        assertThat(reader.taken()).isEmpty();

        reader.ready = true;
        outlet.onWritePossible();

        assertThat(reader.taken()).isEqualTo("aaaabbbbcccc");
        assertThat(reader.flushed).isTrue();
        assertThat(outlet.isDrained()).isTrue();
        assertThat(outlet.send(frames("dddd"))).isEqualTo(1);
        assertThat(reader.taken()).endsWith("dddd");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsOnceWhateverGoesWrongAndConcernsNobodyElse(boolean expected) {
        reader.trouble = expected ? new IOException("Broken pipe") : new IllegalArgumentException("of the server");

        assertThat(outlet.send(frames("aaaa", "bbbb"))).isEqualTo(2);

        assertThat(outlet.isOver()).isTrue();
        outlet.onError(new IOException("as the server says it"));
        outlet.close();
        assertThat(outlet.send(frames("cccc"))).isEqualTo(1);
        assertThat(ends).hasValue(1);
    }

    @Test
    void closesAsSoonAsThatTakesNoWaitingWithoutWhatStillWaits() {
        reader.ready = false;
        outlet.send(frames("aaaa"));

        outlet.close();
        assertThat(outlet.isOver()).isFalse();
        assertThat(outlet.send(frames("bbbb"))).isEqualTo(1);

        reader.ready = true;
        outlet.onWritePossible();

        assertThat(outlet.isOver()).isTrue();
        assertThat(ends).hasValue(1);
        assertThat(reader.taken()).isEmpty();
    }

    private static List<byte[]> frames(String... texts) {
        return List.of(texts).stream().map(text -> text.getBytes(US_ASCII)).toList();
    }

    /** Takes what it is told to. */
    private static final class Reader extends ServletOutputStream {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private boolean ready = true;
        private boolean flushed;
        private @Nullable Exception trouble;

        private String taken() {
            return taken.toString(US_ASCII);
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            // The test is the server.
        }

        @Override
        public void write(int b) throws IOException {
            if (trouble instanceof IOException e) {
                throw e;
            }
            if (trouble instanceof RuntimeException e) {
                throw e;
            }
            taken.write(b);
        }

        @Override
        public void flush() {
            flushed = true;
        }
    }
}
