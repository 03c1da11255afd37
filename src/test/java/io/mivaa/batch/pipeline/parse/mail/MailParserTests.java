package io.mivaa.batch.pipeline.parse.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.ContentFormats;
import io.mivaa.batch.pipeline.parse.ooxml.DocxTests;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MailParserTests extends ParserContract {

    private static final String HEAD = """
            Received: from a by b; Mon, 1 Jan 2024 10:00:00 +0100
            From: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>
            To: a@example.org,
             b@example.org
            Subject: =?utf-8?B?w5ZmZW4=?=
             for sale
            Date: Mon, 1 Jan 2024 10:00:00 +0100 (CET)
            MIME-Version: 1.0
            """;

    @Override
    public Parser parser() {
        return new MailParser(ZipSketch.SETTINGS, MailParserTests::readers, ContentFormats::new);
    }

    private static List<Parser> readers() {
        return List.of(
                new TextParser(),
                new OoxmlParser(ZipSketch.SETTINGS),
                new MailParser(ZipSketch.SETTINGS, MailParserTests::readers, ContentFormats::new));
    }

    @Override
    public byte[] sample() {
        String docx = Base64.getMimeEncoder().encodeToString(DocxTests.document(DocxTests.p("H1", "Prices")));
        return mail(
                HEAD + """
                Content-Type: multipart/mixed; boundary=out

                --out
                Content-Type: multipart/alternative; boundary=in

                --in
                Content-Type: text/plain

                Plain words.
                --in
                Content-Type: text/html; charset=iso-8859-1
                Content-Transfer-Encoding: quoted-printable

                <p>Sch=F6ne <b>words</b>.</p>
                --in--
                --out
                Content-Type: application/octet-stream; name="prices.docx"
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename="folder/prices.docx"

                """ + docx
                        + "\n--out\nContent-Type: image/png\nContent-Disposition: attachment; filename=kiln.png\n\nPNG\n--out--\n");
    }

    @Test
    void writesSubjectHeadTextAndAttachments() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("""
                # Öfen for sale

                From: Jürgen <j@example.org>
                To: a@example.org, b@example.org
                Date: Mon, 1 Jan 2024 10:00:00 +0100 (CET)

                Schöne words.

                ## Attachment: prices.docx

                # Prices

                ## Attachment: kiln.png""");
        assertThat(document.metadata().title()).isEqualTo("Öfen for sale");
        assertThat(document.metadata().author()).isEqualTo("Jürgen <j@example.org>");
        assertThat(document.metadata().createdAt()).isEqualTo(Instant.parse("2024-01-01T09:00:00Z"));
        assertThat(document.warnings()).extracting(Warning::code).containsExactly("attachment-not-read");
    }

    @Test
    void leavesNothingBeside() throws IOException {
        parse(sample());

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void readsPlainTextInItsOwnOrADetectedEncoding() {
        assertThat(parse(mail(HEAD + "Content-Type: text/plain; charset=windows-1251\n"
                                + "Content-Transfer-Encoding: quoted-printable\n\n=CE=E1=E6=E8=E3\n\nnext\n"))
                        .text())
                .endsWith("Обжиг\n\nnext");
        assertThat(parse(mail(HEAD + "\nGröße\n")).text()).endsWith("Größe");
    }

    @Test
    void readsAMessageWithinAMessageOnceAndNoDeeper() {
        String inner = "Subject: Inner\nContent-Type: text/plain\n\ninner words\n";
        String innermost = wrapped(wrapped(inner, "b"), "a");

        assertThat(parse(mail(wrapped(inner, "a"))).text()).contains("# Inner", "inner words");
        ParsedDocument deep = parse(mail(innermost));
        assertThat(deep.text()).doesNotContain("inner words");
        assertThat(deep.warnings()).extracting(Warning::code).contains("attachment-not-read");
    }

    @Test
    void namesMoreAttachmentsThanItReads() {
        StringBuilder parts = new StringBuilder(HEAD + "Content-Type: multipart/mixed; boundary=x\n\n");
        for (int i = 0; i < 7; i++) {
            parts.append("--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=n" + i
                    + ".txt\n\nwords\n");
        }
        ParsedDocument document = parse(mail(parts + "--x--\n"));

        assertThat(document.text()).contains("Attachment: n6.txt").containsOnlyOnce("Attachment: n4.txt\n\nwords");
        assertThat(document.warnings()).hasSize(2);
    }

    @Test
    void keepsAnUnnamedAttachmentUnderItsType() {
        assertThat(parse(mail(HEAD + "Content-Type: application/x-thing\n\nabc\n"))
                        .text())
                .endsWith("Attachment: application.x-thing\n\nabc");
    }

    @Test
    void rejectsMultipartsThatNestTooDeeply() {
        StringBuilder deep = new StringBuilder("MIME-Version: 1.0\n");
        for (int i = 0; i < 60; i++) {
            deep.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }

        assertThat(rejection(mail(deep.toString())).code()).isEqualTo("damaged-document");
    }

    private static String wrapped(String mail, String boundary) {
        return "Subject: Outer\nContent-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary
                + "\nContent-Type: message/rfc822\n\n" + mail + "\n--" + boundary + "--\n";
    }

    private static byte[] mail(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}
