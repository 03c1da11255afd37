package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.html.HtmlText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.util.List;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.hwpf.HWPFOldDocument;
import org.apache.poi.hwpf.OldWordFileFormatException;
import org.apache.poi.hwpf.usermodel.Range;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Opens a Word file in a binary format: of Word 97 to 2003, or of Word 6 and 95. */
final class DocFile {

    private DocFile() {}

    static ParsedDocument read(Source source, ParseLimits limits, ContainerSettings settings) throws Exception {
        return PoiPassword.whileSet(source, LegacyOfficeParser.KIND, () -> {
            try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
                return read(files, limits, settings);
            }
        });
    }

    private static ParsedDocument read(POIFSFileSystem files, ParseLimits limits, ContainerSettings settings)
            throws IOException {
        try (HWPFDocument document = new HWPFDocument(files.getRoot())) {
            return new DocReader(document, limits, settings).read();
        } catch (OldWordFileFormatException e) {
            return readWord95(files, limits);
        }
    }

    /** Reads paragraphs only: POI knows little more of Word 6 and 95 than the text. */
    private static ParsedDocument readWord95(POIFSFileSystem files, ParseLimits limits) throws IOException {
        MarkdownWriter writer = new MarkdownWriter(limits);
        try (HWPFOldDocument document = new HWPFOldDocument(files.getRoot())) {
            Range text = document.getRange();
            for (int i = 0; i < text.numParagraphs(); i++) {
                SourceBytes.checkCancelled();
                String paragraph = text.getParagraph(i).text();
                writer.block(Block.Kind.PARAGRAPH, HtmlText.lines(Range.stripFields(paragraph)), null);
            }
        }
        return writer.finish(Metadata.NONE, null, List.of());
    }
}
