package io.mivaa.batch.pipeline.parse.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDStream;

/** Properties of a page besides its text. A page that is too damaged to tell has none of them. */
final class PdfPageContent {

    /** Of US Letter, in points. */
    private static final float USUAL_HEIGHT = 792;

    private PdfPageContent() {}

    /** In points, as the reader sees the page. */
    static float height(PDPage page) {
        try {
            boolean turned = page.getRotation() % 180 != 0;
            return turned ? page.getCropBox().getWidth() : page.getCropBox().getHeight();
        } catch (RuntimeException e) {
            return USUAL_HEIGHT;
        }
    }

    /** Whether a content stream cannot be decoded. PDFBox reads such a stream as an empty one. */
    static boolean isDamaged(PDPage page) {
        try {
            for (Iterator<PDStream> streams = page.getContentStreams(); streams.hasNext(); ) {
                try (InputStream content = streams.next().createInputStream()) {
                    content.read();
                }
            }
            return false;
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    static boolean hasImages(PDPage page) {
        try {
            PDResources resources = page.getResources();
            if (resources != null) {
                for (COSName name : resources.getXObjectNames()) {
                    if (resources.isImageXObject(name)) {
                        return true;
                    }
                }
            }
            return false;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
