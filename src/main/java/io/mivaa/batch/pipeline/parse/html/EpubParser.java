package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** EPUB: the chapters in the order of the spine (EPUB 3.3), each read as a page of HTML. */
public final class EpubParser implements Parser {

    private final ContainerSettings settings;

    public EpubParser(ContainerSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("application/epub+zip");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return Guarded.read(source, "EPUB", () -> {
            try (ZipParts zip = ZipParts.open(source, settings)) {
                return read(zip, limits);
            }
        });
    }

    private static ParsedDocument read(ZipParts zip, ParseLimits limits) throws IOException {
        EpubPackage book = EpubPackage.read(zip);
        Set<String> encrypted = encrypted(zip);
        MarkdownWriter writer = new MarkdownWriter(limits);
        List<Warning> warnings = new ArrayList<>();
        for (String part : book.chapters()) {
            if (encrypted.contains(part)) {
                throw Guarded.encrypted("EPUB");
            }
            if (zip.has(part)) {
                write(zip.bytes(part), writer);
            } else {
                warnings.add(new Warning("missing-part", "The file of a chapter is missing from the EPUB."));
            }
        }
        return writer.finish(book.metadata(), null, warnings);
    }

    private static void write(byte[] chapter, MarkdownWriter writer) {
        SourceBytes.checkCancelled();
        String text = CleanText.normalised(DecodedText.of(chapter).text());
        HtmlFlow.write(HtmlPage.parse(text).body(), writer, false);
    }

    /** The encrypted parts. Often these are only fonts, and then the text can be read. */
    private static Set<String> encrypted(ZipParts zip) throws IOException {
        Set<String> parts = new HashSet<>();
        InputStream in = zip.find("META-INF/encryption.xml");
        if (in != null) {
            try (XmlPart xml = new XmlPart(in)) {
                while (xml.next()) {
                    if (xml.starts("CipherReference")) {
                        parts.add(EpubPackage.decoded(xml.attribute("URI", "")));
                    }
                }
            }
        }
        return parts;
    }
}
