package io.mivaa.batch.results.reading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class StreamedBodyTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gzip                      | true
            GZIP                      | true
            deflate, gzip;q=0.5       | true
            br;q=1.0, gzip; q=0.001   | true
            x-gzip                    | true
            gzip;q=0                  | false
            gzip;q=0.000              | false
            identity                  | false
            br                        | false
            gzipped                   | false
            """)
    void compressesOnlyIfAskedTo(String acceptEncoding, boolean gzip) {
        var request = new MockHttpServletRequest();
        request.addHeader("Accept-Encoding", acceptEncoding);

        assertThat(StreamedBody.acceptsGzip(request)).isEqualTo(gzip);
    }
}
