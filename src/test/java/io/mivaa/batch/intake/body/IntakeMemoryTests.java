package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.OnlyText;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.ArchiveSettings;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.secrets.TestSecrets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/**
 * A document of 100 MB is read without being held: what the thread allocates is a fraction of it. Counting what is
 * allocated, and not what is alive, needs no garbage collection and finds every copy.
 */
class IntakeMemoryTests {

    private static final int SIZE = 100 << 20;
    private static final long ALLOWED = 16 << 20;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final IntakeSettings settings = new IntakeSettings(
            DataSize.ofMegabytes(200),
            DataSize.ofGigabytes(1),
            10,
            10,
            DataSize.ofKilobytes(1),
            100,
            5,
            5,
            Duration.ZERO,
            1000,
            1000,
            Duration.ofMinutes(2),
            DataSize.ofBytes(0),
            new ArchiveSettings(1000, DataSize.ofGigabytes(1), 200, 1));

    @TempDir
    private Path folder;

    private interface Reading {
        void run(Submission submission) throws IOException;
    }

    @BeforeEach
    void warmUp() throws IOException {
        allocated(submission -> multipart(10, submission));
        allocated(submission -> json("text", 12, submission));
    }

    @Test
    void readsALargeMultipartDocumentInLittleMemory() throws IOException {
        assertThat(allocated(submission -> multipart(SIZE, submission))).isLessThan(ALLOWED);
    }

    @Test
    void readsALargeTextInJsonInLittleMemory() throws IOException {
        assertThat(allocated(submission -> json("text", SIZE, submission))).isLessThan(ALLOWED);
    }

    @Test
    void readsALargeBase64DocumentInJsonInLittleMemory() throws IOException {
        assertThat(allocated(submission -> json("base64", SIZE, submission))).isLessThan(ALLOWED);
    }

    private long allocated(Reading reading) throws IOException {
        Path file = Files.createTempFile(folder, "", ".spool");
        try (Spool spool = new Spool(file)) {
            Submission submission = new Submission(spool, OnlyText.FORMATS, TestSecrets.secrets(), settings, 10);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            reading.run(submission);
            long after = THREADS.getCurrentThreadAllocatedBytes();
            assertThat(submission.documents()).hasSize(1);
            assertThat(submission.documents().get(0).refusal()).isNull();
            assertThat(Files.size(file))
                    .isEqualTo(submission.documents().get(0).bytes())
                    .isPositive();
            return after - before;
        }
    }

    private void multipart(int size, Submission submission) throws IOException {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/") {
            @Override
            public jakarta.servlet.ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(between(
                        "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\n",
                        size,
                        "\r\n--b--\r\n"));
            }
        };
        request.setContentType("multipart/form-data; boundary=b");
        new MultipartRequest(JsonMapper.shared(), settings).read(request, submission);
    }

    private void json(String field, int size, Submission submission) throws IOException {
        InputStream body = between("{\"documents\": [{\"filename\": \"a.txt\", \"" + field + "\": \"", size, "\"}]}");
        new JsonRequest(settings, body, submission).readBatch();
    }

    /** Letters, so many that they are a whole number of groups in base64. */
    private static InputStream between(String start, int size, String end) {
        InputStream letters = new InputStream() {
            private int left = size;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int count = Math.min(left, length);
                Arrays.fill(buffer, offset, offset + count, (byte) 'x');
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
        return new SequenceInputStream(Collections.enumeration(List.of(stream(start), letters, stream(end))));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
