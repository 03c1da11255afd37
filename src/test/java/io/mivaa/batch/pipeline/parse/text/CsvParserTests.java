package io.mivaa.batch.pipeline.parse.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvParserTests extends ParserContract {

    @Override
    public Parser parser() {
        return new CsvParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
        return "Item,Cost\nClay,5\n\"Water, cold\",\"say \"\"hi\"\"\nnow\"\n".getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void writesATableWithItsHead() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("""
                | Item | Cost |
                | --- | --- |
                | Clay | 5 |
                | Water, cold | say "hi" now |""");
        assertThat(tables(document))
                .containsExactly(new Table(
                        List.of("Item", "Cost"),
                        List.of(List.of("Clay", "5"), List.of("Water, cold", "say \"hi\" now")),
                        null));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void findsTheDelimiter(String delimiter) {
        String csv = "Item,Cost,Why\nClay,\"5,1; 6\",x\nWater,6,y\n"
                .replace("\"5,1; 6\"", "\"5 1\"")
                .replace(",", delimiter);

        assertThat(tables(parse(csv)).get(0).rows())
                .containsExactly(List.of("Clay", "5 1", "x"), List.of("Water", "6", "y"));
    }

    @Test
    void prefersTheDelimiterThatCutsEvenly() {
        assertThat(tables(parse("Name;Price\na, b and c;1,5\nd;2,5\ne, f;3,5\n"))
                        .get(0)
                        .headers())
                .containsExactly("Name", "Price");
        assertThat(tables(parse("sep=;\na,b;c\nd,e;f\n")).get(0).headers()).containsExactly("a,b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-8", "windows-1252"})
    void readsAnyEncoding(String charset) {
        byte[] csv = "Größe,Öfen\ngroß,schön\nklein,häßlich\n".getBytes(Charset.forName(charset));

        assertThat(tables(parse(csv)).get(0).headers()).containsExactly("Größe", "Öfen");
    }

    @Test
    void padsShortRowsAndKeepsWhatIsTooMuchInTheLastCell() {
        StringBuilder csv = new StringBuilder("a,b\n");
        for (int i = 0; i < 200; i++) {
            csv.append("x,y\n");
        }
        ParsedDocument document = parse(csv + "one\n1,2,3,4\n");

        assertThat(document.warnings()).extracting(Warning::code).containsExactly("ragged-table");
        assertThat(document.text()).endsWith("| one |  |\n| 1 | 2, 3, 4 |");
    }

    @Test
    void takesALoneLineAboveForTextAndARowOfNumbersForNoHead() {
        assertThat(parse("Prices of 2024\na,b\nc,d\n").text()).startsWith("Prices of 2024\n\n| a | b |");
        assertThat(tables(parse("1,2\n3,4\n")).get(0).headers()).isEmpty();
        assertThat(tables(parse("Item,2023,2024\nClay,4,5\n")).get(0).headers())
                .containsExactly("Item", "2023", "2024");
    }

    @Test
    void takesWhatHasNoColumnsForText() {
        assertThat(parse("just a line\n\nand another\n").text()).isEqualTo("just a line\n\nand another\n");
    }

    @Test
    void takesAQuoteThatIsNeverClosedForACharacter() {
        assertThat(tables(parse("a,b\n\"x,5\" pipe\n" + "c,d\n".repeat(20_000)))
                        .get(0)
                        .rows())
                .hasSize(20_001);
    }

    @Test
    @Timeout(20)
    void readsManyRowsAndVeryLongLines() {
        ContainerSettings wide = new ContainerSettings(
                org.springframework.util.unit.DataSize.ofMegabytes(16), 250, 1000, 2_000_000, 5, 1);
        String row = "x".repeat(20) + ",y,z\n";
        byte[] rows = ("a,b,c\n" + row.repeat(100_000)).getBytes(StandardCharsets.UTF_8);

        assertThat(tables(new CsvParser(wide)
                                .parse(source(rows), new io.mivaa.batch.pipeline.ParseLimits(1, 9_000_000), p -> {}))
                        .get(0)
                        .rows())
                .hasSize(100_000);
        assertThat(parse("a,b\n" + "long ".repeat(100_000) + ",c\n").text()).endsWith("| c |");
    }

    @Test
    void rejectsTooManyCells() {
        assertThat(rejection((",x".repeat(999) + "\n").repeat(200).getBytes(StandardCharsets.UTF_8))
                        .code())
                .isEqualTo("too-many-cells");
    }
}
