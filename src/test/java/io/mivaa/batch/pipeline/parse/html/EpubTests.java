package io.mivaa.batch.pipeline.parse.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import org.junit.jupiter.api.Test;

public class EpubTests extends ParserContract {

    @Override
    public Parser parser() {
        return new EpubParser(ZipSketch.SETTINGS);
    }

    @Override
    public byte[] sample() {
        return book().bytes();
    }

    @Test
    void readsTheChaptersInTheOrderOfTheSpine() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("# Two\n\nWater.\n\n# One\n\nClay.");
        assertThat(document.metadata().title()).isEqualTo("On clay");
        assertThat(document.metadata().language()).isEqualTo("en");
        assertThat(document.warnings()).extracting(Warning::code).containsExactly("missing-part");
    }

    @Test
    void rejectsABookWhoseTextIsEncryptedButNotOneWhoseFontsAre() {
        assertThat(rejection(encrypted("OEBPS/a%20b.xhtml")).code()).isEqualTo("encrypted-document");
        assertThat(parse(encrypted("OEBPS/font.otf")).text()).contains("Clay.");
    }

    @Test
    void rejectsABookWithoutAPackage() {
        assertThat(rejection(new ZipSketch()
                                .with("META-INF/container.xml", "<c><rootfiles/></c>")
                                .bytes())
                        .code())
                .isEqualTo("damaged-document");
    }

    private static byte[] encrypted(String part) {
        return book().with(
                        "META-INF/encryption.xml",
                        "<e><EncryptedData><CipherReference URI='" + part + "'/></EncryptedData></e>")
                .bytes();
    }

    public static ZipSketch book() {
        return new ZipSketch()
                .with("mimetype", "application/epub+zip")
                .with("META-INF/container.xml", "<c><rootfiles><rootfile full-path='OEBPS/b.opf'/></rootfiles></c>")
                .with(
                        "OEBPS/b.opf",
                        "<package xmlns:dc='d'><metadata><dc:title>On clay</dc:title><dc:language>en</dc:language></metadata>"
                                + "<manifest><item id='n' href='nav.xhtml' properties='nav'/><item id='a' href='a%20b.xhtml'/>"
                                + "<item id='z' href='text/z.xhtml'/><item id='gone' href='gone.xhtml'/></manifest>"
                                + "<spine><itemref idref='n'/><itemref idref='z'/><itemref idref='gone'/>"
                                + "<itemref idref='a'/><itemref idref='unknown'/></spine></package>")
                .with("OEBPS/nav.xhtml", page("Contents", "One Two"))
                .with("OEBPS/a b.xhtml", page("One", "Clay."))
                .with("OEBPS/text/z.xhtml", page("Two", "Water."));
    }

    private static String page(String heading, String text) {
        return "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><h1>" + heading + "</h1><p>"
                + text + "</p></body></html>";
    }
}
