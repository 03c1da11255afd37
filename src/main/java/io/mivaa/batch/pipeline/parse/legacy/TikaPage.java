package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.DublinCore;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;

/**
 * What a parser of Apache Tika makes of a source: a page of XHTML, and metadata. What is embedded is not read.
 *
 * @param body as it was told
 */
record TikaPage(Document body, Metadata metadata) {

    private static final EmbeddedDocumentExtractor NOTHING_EMBEDDED = new EmbeddedDocumentExtractor() {
        @Override
        public boolean shouldParseEmbedded(org.apache.tika.metadata.Metadata metadata) {
            return false;
        }

        @Override
        public void parseEmbedded(
                InputStream stream,
                ContentHandler handler,
                org.apache.tika.metadata.Metadata metadata,
                boolean outputHtml) {}
    };

    static TikaPage read(Parser parser, Source source, String kind, ParseLimits limits, ContainerSettings settings)
            throws Exception {
        SaxTree tree = new SaxTree(limits, new Grid.Budget(settings.maxCells()));
        org.apache.tika.metadata.Metadata said = new org.apache.tika.metadata.Metadata();
        ParseContext context = new ParseContext();
        context.set(EmbeddedDocumentExtractor.class, NOTHING_EMBEDDED);
        OfficeParserConfig config = new OfficeParserConfig();
        config.setIncludeHeadersAndFooters(false);
        config.setIncludeSlideMasterContent(false);
        config.setIncludeMissingRows(true);
        context.set(OfficeParserConfig.class, config);
        Password password = source.password();
        if (password != null) {
            context.set(PasswordProvider.class, asked -> password.value());
        }
        return PoiPassword.lent(source, kind, () -> {
            try (TikaInputStream in = TikaInputStream.get(source.file())) {
                parser.parse(in, tree, said, context);
            } catch (EncryptedDocumentException | org.apache.poi.EncryptedDocumentException e) {
                throw e;
            } catch (Exception e) {
                RuntimeException stopped = tree.stopped();
                throw stopped == null ? e : stopped;
            }
            return new TikaPage(tree.page(), metadata(said));
        });
    }

    private static Metadata metadata(org.apache.tika.metadata.Metadata said) {
        Map<String, String> other = new HashMap<>();
        put(other, "subject", line(said, DublinCore.SUBJECT));
        put(other, "description", line(said, TikaCoreProperties.DESCRIPTION));
        return new Metadata(
                line(said, TikaCoreProperties.TITLE),
                line(said, TikaCoreProperties.CREATOR),
                line(said, TikaCoreProperties.LANGUAGE),
                instant(said, TikaCoreProperties.CREATED),
                instant(said, TikaCoreProperties.MODIFIED),
                other);
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        if (value != null) {
            other.put(name, value);
        }
    }

    /** Zero, in 1601, is what stands there when it is not known. */
    private static @Nullable Instant instant(org.apache.tika.metadata.Metadata said, Property property) {
        Instant instant = Dates.instant(line(said, property));
        return instant == null || instant.isBefore(Instant.EPOCH) ? null : instant;
    }

    private static @Nullable String line(org.apache.tika.metadata.Metadata said, Property property) {
        String value = said.get(property);
        String line = value == null ? "" : CleanText.line(value);
        return line.isEmpty() ? null : line;
    }
}
