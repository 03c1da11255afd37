package io.mivaa.batch.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessagesTests {

    private static Frame sent(Frame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frame.write(new DataOutputStream(bytes));
        return read(bytes.toByteArray());
    }

    private static Frame read(byte[] bytes) throws IOException {
        return Frame.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    void everythingOfADocumentArrives() throws IOException {
        String text = "# Ünïcode 🌍\n\n| a | b |\u2028\u0001\n";
        ParsedDocument document = new ParsedDocument(
                text,
                List.of(
                        Block.heading(1, 0, 12, new PageRange(1, 2)),
                        Block.table(
                                new Table(List.of("a", "b"), List.of(List.of("1", ""), List.of("", "🌍")), "caption"),
                                14,
                                text.length(),
                                null)),
                new Metadata(
                        "title",
                        null,
                        "de-CH",
                        Instant.parse("2024-02-29T23:59:59.123456789Z"),
                        Instant.parse("-0044-03-15T00:00:00Z"),
                        Map.of("key \"with\" \\ quotes", "value")),
                7,
                List.of(new Warning("code", "message", 3), new Warning("code", "message")));

        assertThat(Messages.document(sent(Messages.document(document)))).isEqualTo(document);
    }

    @Test
    void anEmptyDocumentArrives() throws IOException {
        ParsedDocument document = new ParsedDocument("", List.of(), Metadata.NONE, null, List.of());

        assertThat(Messages.document(sent(Messages.document(document)))).isEqualTo(document);
    }

    @Test
    void everythingOfARequestArrives() throws IOException {
        Source source =
                new Source("ä b.pdf", "application/pdf", Path.of("/tmp/ä b"), 12, "ab", new Password("geheim ß"));
        ParseLimits limits = new ParseLimits(3, 4);

        assertThat(Messages.request(sent(Messages.request(source, limits))))
                .isEqualTo(new Messages.Request(source, limits));
    }

    @Test
    void everySettingArrives() throws IOException {
        assertThat(Messages.setup(sent(Messages.setup(PlantedParsers.SETUP)))).isEqualTo(PlantedParsers.SETUP);
    }

    @Test
    void readsTheEndWhereNoWholeFrameIs() throws IOException {
        assertThat(read(new byte[0]).type()).isEqualTo(Frame.Type.END);
        assertThat(read(new byte[] {'D', 0, 0}).type()).isEqualTo(Frame.Type.END);
        assertThat(read(new byte[] {-1, 0, 0, 0, 0}).type()).isEqualTo(Frame.Type.END);
        assertThat(read(new byte[] {'.', 0, 0, 0, 0}).type()).isEqualTo(Frame.Type.END);
        assertThat(read(new byte[] {'D', 127, 0, 0, 0}).type()).isEqualTo(Frame.Type.END);
        assertThat(read(new byte[] {'D', -1, 0, 0, 0}).type()).isEqualTo(Frame.Type.END);
        assertThat(read(new byte[] {'D', 0, 0, 0, 2, 1}).type()).isEqualTo(Frame.Type.END);
    }
}
