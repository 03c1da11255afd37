package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the slides of a presentation: each is a page, and its title is a heading. Not thread-safe. */
final class OdfSlides {

    private final OfficeFlow flow;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private @Nullable Integer count;

    /** Reads the elements of a slide. */
    interface Content {

        /** Takes an element that has just started. */
        void start(XmlPart xml) throws IOException;

        /** Takes an element that has just ended. */
        void end(XmlPart xml);

        /** @return the text of the element that has just started */
        String text(XmlPart xml) throws IOException;
    }

    OdfSlides(OfficeFlow flow, ParseLimits limits, ParseProgress progress) {
        this.flow = flow;
        this.limits = limits;
        this.progress = progress;
    }

    /** @return null when the document has no slides */
    @Nullable
    Integer count() {
        return count;
    }

    /** Writes the slide whose element has just started. */
    void write(XmlPart xml, Content content) throws IOException {
        int number = count == null ? 1 : count + 1;
        if (number > limits.maxPages()) {
            throw new Rejected(
                    "too-many-pages", "The document has more slides than the limit of " + limits.maxPages() + ".");
        }
        count = number;
        flow.page(number);
        progress.pagesRead(number);
        SourceBytes.checkCancelled();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            element(xml, content);
        }
        flow.end();
    }

    private void element(XmlPart xml, Content content) throws IOException {
        if (xml.starts("frame") && xml.attribute("class", "").equals("title")) {
            flow.heading(1, content.text(xml));
        } else if (xml.starts("frame") && xml.attribute("class", "").matches("header|footer|date-time|page-number")) {
            xml.skip();
        } else if (xml.isStart()) {
            content.start(xml);
        } else if (xml.ends("frame")) {
            flow.end();
        } else if (xml.isEnd()) {
            content.end(xml);
        }
    }
}
