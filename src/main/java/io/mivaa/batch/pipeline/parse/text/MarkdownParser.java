package io.mivaa.batch.pipeline.parse.text;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Markdown: keeps the text unchanged and finds its blocks. */
public final class MarkdownParser implements Parser {

    @Override
    public Set<String> mediaTypes() {
        return Set.of("text/markdown");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        DecodedText decoded = DecodedText.of(SourceBytes.ofText(source, limits));
        String text = TextParser.canonical(decoded, limits);
        MarkdownBlocks blocks = MarkdownBlocks.of(text);
        List<Warning> warnings = new ArrayList<>(SourceBytes.warnings(decoded));
        return new ParsedDocument(text, blocks.blocks(), metadata(blocks.frontMatter()), null, warnings);
    }

    private static Metadata metadata(Map<String, String> front) {
        return new Metadata(
                front.get("title"),
                front.get("author"),
                first(front, "language", "lang"),
                Dates.instant(first(front, "date", "created")),
                Dates.instant(first(front, "modified", "updated")),
                other(front));
    }

    private static Map<String, String> other(Map<String, String> front) {
        Map<String, String> other = new HashMap<>(front);
        other.keySet().retainAll(Set.of("description", "keywords", "tags", "categories", "subject", "summary"));
        return other;
    }

    private static @Nullable String first(Map<String, String> front, String name, String other) {
        String value = front.get(name);
        return value == null ? front.get(other) : value;
    }
}
