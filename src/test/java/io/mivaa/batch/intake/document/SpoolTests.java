package io.mivaa.batch.intake.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.document.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTests {

    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        file = Files.createFile(folder.resolve("request.spool"));
        spool = new Spool(file);
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @Test
    void keepsSeveralDocumentsThatAreReadInAnyOrder() throws IOException {
        Random random = new Random(7);
        List<byte[]> documents = new ArrayList<>();
        List<Spool.Slice> slices = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] document = new byte[random.nextInt(200_000)];
            random.nextBytes(document);
            documents.add(document);
            slices.add(append(document, Long.MAX_VALUE));
        }
        List<Integer> order =
                new ArrayList<>(java.util.stream.IntStream.range(0, 20).boxed().toList());
        Collections.shuffle(order, random);

        for (int i : order) {
            assertThat(read(slices.get(i))).isEqualTo(documents.get(i));
        }
    }

    @Test
    void readsTwoDocumentsAtTheSameTime() throws IOException {
        Spool.Slice a = append(bytes("aaaa"), 10);
        Spool.Slice b = append(bytes("bbbb"), 10);

        try (InputStream one = spool.open(a);
                InputStream other = spool.open(b)) {
            assertThat(one.read()).isEqualTo('a');
            assertThat(other.readAllBytes()).isEqualTo(bytes("bbbb"));
            assertThat(one.readAllBytes()).isEqualTo(bytes("aaa"));
        }
    }

    @Test
    void tellsLengthAndHash() throws IOException {
        Spool.Slice slice = append(bytes("Granite"), 7);

        assertThat(slice).isEqualTo(new Spool.Slice(0, 7, Sha256.of("Granite"), true));
    }

    @Test
    void countsWhatIsTooLargeAndKeepsNothingOfIt() throws IOException {
        Spool.Slice before = append(bytes("before"), 10);
        Spool.Slice large = append(new byte[1_000_000], 999_999);
        Spool.Slice after = append(bytes("after"), 10);

        assertThat(large.kept()).isFalse();
        assertThat(large.bytes()).isEqualTo(1_000_000);
        assertThat(read(large)).isEmpty();
        assertThat(read(before)).isEqualTo(bytes("before"));
        assertThat(read(after)).isEqualTo(bytes("after"));
        assertThat(Files.size(file)).isEqualTo(11);
    }

    @Test
    void takesSingleBytes() throws IOException {
        Spool.Writer writer = spool.writer(3);
        for (byte b : bytes("abc")) {
            writer.write(b);
        }

        assertThat(read(writer.finish())).isEqualTo(bytes("abc"));
    }

    @Test
    void readsTheStartOfADocumentOnly() throws IOException {
        Spool.Slice large = append(new byte[300_000], 300_000);

        assertThat(spool.head(large)).hasSizeLessThan(300_000).isNotEmpty();
        assertThat(spool.head(append(bytes("abc"), 3))).isEqualTo(bytes("abc"));
    }

    @Test
    void deletesItsFile() throws IOException {
        append(bytes("abc"), 3);

        spool.close();
        spool.close();

        assertThat(file).doesNotExist();
    }

    private Spool.Slice append(byte[] bytes, long max) throws IOException {
        return spool.append(new ByteArrayInputStream(bytes), max);
    }

    private byte[] read(Spool.Slice slice) throws IOException {
        try (InputStream in = spool.open(slice)) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
