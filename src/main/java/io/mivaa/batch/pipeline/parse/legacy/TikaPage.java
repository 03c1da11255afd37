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
import org.apache.tika.parser.PasswordProvider;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;

/**
 * The output of Apache Tika's Office parser: a page of XHTML, and metadata. Embedded documents are not read.
 *
 * @param body the elements as Tika reported them
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

    static TikaPage read(Source source, String kind, ParseLimits limits, ContainerSettings settings) throws Exception {
        return PoiPassword.whileSet(source, kind, () -> {
            SaxTree tree = new SaxTree(limits, new Grid.Budget(settings.maxCells()));
            org.apache.tika.metadata.Metadata metadata = new org.apache.tika.metadata.Metadata();
            try (TikaInputStream in = TikaInputStream.get(source.file())) {
                new OfficeParser().parse(in, tree, metadata, context(source.password()));
            } catch (EncryptedDocumentException | org.apache.poi.EncryptedDocumentException e) {
                throw e;
            } catch (Exception e) {
                RuntimeException stopped = tree.stopped();
                throw stopped == null ? e : stopped;
            }
            return new TikaPage(tree.page(), metadata(metadata));
        });
    }

    private static ParseContext context(@Nullable Password password) {
        OfficeParserConfig config = new OfficeParserConfig();
        config.setIncludeHeadersAndFooters(false);
        config.setIncludeSlideMasterContent(false);
        config.setIncludeMissingRows(true);
        ParseContext context = new ParseContext();
        context.set(EmbeddedDocumentExtractor.class, NOTHING_EMBEDDED);
        context.set(OfficeParserConfig.class, config);
        if (password != null) {
            context.set(PasswordProvider.class, document -> password.value());
        }
        return context;
    }

    private static Metadata metadata(org.apache.tika.metadata.Metadata found) {
        Map<String, String> other = new HashMap<>();
        put(other, "subject", line(found, DublinCore.SUBJECT));
        put(other, "description", line(found, TikaCoreProperties.DESCRIPTION));
        return new Metadata(
                line(found, TikaCoreProperties.TITLE),
                line(found, TikaCoreProperties.CREATOR),
                line(found, TikaCoreProperties.LANGUAGE),
                instant(found, TikaCoreProperties.CREATED),
                instant(found, TikaCoreProperties.MODIFIED),
                other);
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        if (value != null) {
            other.put(name, value);
        }
    }

    /** An unknown date is stored as zero, which is in 1601. */
    private static @Nullable Instant instant(org.apache.tika.metadata.Metadata found, Property property) {
        Instant instant = Dates.instant(line(found, property));
        return instant == null || instant.isBefore(Instant.EPOCH) ? null : instant;
    }

    private static @Nullable String line(org.apache.tika.metadata.Metadata found, Property property) {
        return CleanText.lineOrNull(found.get(property));
    }
}
