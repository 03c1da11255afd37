package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.parse.html.EpubParser;
import io.mivaa.batch.pipeline.parse.html.HtmlParser;
import io.mivaa.batch.pipeline.parse.legacy.LegacyOfficeParser;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.mivaa.MivaaParser;
import io.mivaa.batch.pipeline.parse.odf.OdfParser;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import io.mivaa.batch.pipeline.parse.pdf.PdfParser;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.pdf.ocr.Tesseract;
import io.mivaa.batch.pipeline.parse.rtf.RtfParser;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.text.CsvParser;
import io.mivaa.batch.pipeline.parse.text.MarkdownParser;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The parsers of the service. They can be made without Spring, so that another process can have them too. */
public final class Parsers {

    private Parsers() {}

    /** One parser for each group of formats. */
    public static List<Parser> all(ParseSettings settings, OcrSettings ocr, ContainerSettings containers) {
        List<Parser> parsers = new ArrayList<>();
        // A mail's attachments are read by all parsers, which includes those that are added below.
        MailParser mails = new MailParser(containers, () -> parsers, ContentFormats::new);
        Collections.addAll(
                parsers,
                new PdfParser(settings, Tesseract.find(ocr)),
                new MarkdownParser(),
                new TextParser(),
                new HtmlParser(),
                new MivaaParser(settings, containers),
                new CsvParser(containers),
                new OoxmlParser(containers),
                new OdfParser(containers),
                new EpubParser(containers),
                new RtfParser(containers),
                mails,
                new LegacyOfficeParser(containers, mails));
        return Collections.unmodifiableList(parsers);
    }
}
