package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.Problem;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.springframework.http.HttpStatus;

/** Stops a body that is longer than allowed, regardless of its Content-Length. Not thread-safe. */
final class BoundedRequest extends HttpServletRequestWrapper {

    private final long max;

    /** @param max bytes of the body */
    BoundedRequest(HttpServletRequest request, long max) {
        super(request);
        this.max = max;
    }

    static Problem tooLarge(long max) {
        return Problem.of(
                        HttpStatus.CONTENT_TOO_LARGE,
                        "request-too-large",
                        "A request must have at most " + max + " bytes; send the documents in several batches.")
                .with("limit", max);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new Counting(super.getInputStream(), max);
    }

    private static final class Counting extends ServletInputStream {

        private final ServletInputStream in;
        private final long max;
        private long count;

        Counting(ServletInputStream in, long max) {
            this.in = in;
            this.max = max;
        }

        @Override
        public int read() throws IOException {
            return counted(in.read(), 1);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int got = in.read(buffer, offset, length);
            return counted(got, got);
        }

        private int counted(int result, int bytes) {
            count += result < 0 ? 0 : bytes;
            if (count > max) {
                throw tooLarge(max);
            }
            return result;
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
