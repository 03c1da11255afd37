package io.mivaa.batch.pipeline.parse.text;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Gaps;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.Set;

/** Plain text in any encoding. Blank lines separate paragraphs; headings are recognised in wiki syntax only. */
public final class TextParser implements Parser {

    @Override
    public Set<String> mediaTypes() {
        return Set.of("text/plain");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        DecodedText decoded = DecodedText.of(SourceBytes.ofText(source, limits));
        String text = canonical(decoded, limits);
        return new ParsedDocument(
                text,
                WikiHeadings.found(text, Gaps.paragraphs(text)),
                Metadata.NONE,
                null,
                SourceBytes.warnings(decoded));
    }

    /** @throws Rejected when the text is blank or too long */
    static String canonical(DecodedText decoded, ParseLimits limits) {
        String text = CleanText.normalised(decoded.text());
        if (text.isBlank()) {
            throw new Rejected("no-text", "The document has no text.");
        }
        if (text.length() > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        return text;
    }
}
