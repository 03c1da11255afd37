package io.mivaa.batch.commandline.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.client.ResponseBody.Limits;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShipmentTests {

    private static List<Found> files(int count, long bytes) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Found(Path.of("f" + i), "f" + i, bytes))
                .toList();
    }

    private static List<Integer> sizes(List<Found> files, Limits limits) {
        return Shipment.of(files, limits).stream()
                .map(shipment -> shipment.files().size())
                .toList();
    }

    @Test
    void holdsNoMoreDocumentsThanTheServiceTakes() {
        assertThat(sizes(files(45, 10), new Limits(1000, 1 << 30, 20, 100, 1000, 1000)))
                .containsExactly(20, 20, 5);
        assertThat(sizes(files(45, 10), new Limits(1000, 1 << 30, 100, 100, 1000, 40)))
                .containsExactly(40, 5);
    }

    @Test
    void holdsNoMoreBytesThanTheServiceTakes() {
        assertThat(sizes(files(5, 400_000), new Limits(1 << 20, 1_000_000, 100, 100, 1000, 1000)))
                .containsExactly(2, 2, 1);
    }

    @Test
    void holdsNoMorePathsThanTheServiceReads() {
        List<Found> files = IntStream.range(0, 1_100)
                .mapToObj(i -> new Found(Path.of("f" + i), "x".repeat(4_000), 1))
                .toList();

        assertThat(sizes(files, new Limits(0, 0, 0, 0, 0, 0))).containsExactly(1_032, 68);
    }

    @Test
    void holdsAFileThatIsTooMuchAlone() {
        assertThat(sizes(files(2, 5_000_000), new Limits(1 << 20, 1_000_000, 100, 100, 1000, 1000)))
                .containsExactly(1, 1);
    }

    @Test
    void asksNoMoreThanTheServiceTells() {
        assertThat(sizes(files(5, 10), new Limits(0, 0, 0, 0, 0, 0))).containsExactly(5);
    }

    @Test
    void knowsWhichFileIsBeingSent() {
        var shipment = new Shipment(files(4, 100));

        assertThat(List.of(shipment.fileAt(0), shipment.fileAt(0.3), shipment.fileAt(0.99), shipment.fileAt(1)))
                .containsExactly(0, 1, 3, 3);
    }
}
