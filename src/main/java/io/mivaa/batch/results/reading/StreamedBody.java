package io.mivaa.batch.results.reading;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Streams a body of unknown length on the request's thread, compressed if the client accepts gzip. If the body cannot
 * be completed, {@link BrokenOff} makes the server cut the connection, so that the response does not look complete.
 */
final class StreamedBody {

    private static final int BUFFER = 32 * 1024;

    private StreamedBody() {}

    /** The body failed after the status was sent. */
    static final class BrokenOff extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BrokenOff(RuntimeException cause) {
            super("A response was cut off before its end", cause);
        }
    }

    /**
     * @throws IOException when the client closed the connection
     * @throws BrokenOff when the body failed
     */
    static void write(
            HttpServletRequest request, HttpServletResponse response, String contentType, Consumer<OutputStream> body)
            throws IOException {
        response.setContentType(contentType);
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        boolean gzip = acceptsGzip(request);
        if (gzip) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        response.flushBuffer();
        OutputStream out = gzip ? new GZIPOutputStream(response.getOutputStream(), BUFFER) : response.getOutputStream();
        try {
            body.accept(out);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            throw new BrokenOff(e);
        }
        // Not in a finally block: closing ends the body as if it were complete.
        out.close();
    }

    static boolean acceptsGzip(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders(HttpHeaders.ACCEPT_ENCODING);
        while (headers.hasMoreElements()) {
            if (Arrays.stream(headers.nextElement().toLowerCase(Locale.ROOT).split(","))
                    .map(coding -> coding.replace(" ", ""))
                    .anyMatch(coding -> coding.matches("(x-)?gzip(;q=(1(\\.0*)?|0?\\.0*[1-9]\\d*))?"))) {
                return true;
            }
        }
        return false;
    }
}
