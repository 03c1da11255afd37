package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.html.HtmlFlow;
import io.mivaa.batch.pipeline.parse.html.HtmlPage;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Gaps;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writes a message as one document: subject, header fields, text, and attachments. Not thread-safe. */
final class MailWriter {

    private final MarkdownWriter writer;
    private final List<Warning> warnings = new ArrayList<>();

    MailWriter(ParseLimits limits) {
        this.writer = new MarkdownWriter(limits);
    }

    /** @param attachments reads an attachment, or throws {@link Rejected} */
    ParsedDocument write(Mail mail, Function<Mail.Attachment, ParsedDocument> attachments) {
        if (mail.subject() != null) {
            writer.heading(1, mail.subject(), null);
        }
        writer.block(Block.Kind.PARAGRAPH, head(mail), null);
        mail.bodies().forEach(this::body);
        for (Mail.Attachment attachment : mail.attachments()) {
            SourceBytes.checkCancelled();
            writer.heading(2, "Attachment: " + attachment.name(), null);
            attachment(attachment, attachments);
        }
        Metadata metadata = new Metadata(mail.subject(), mail.from(), null, mail.date(), null, Map.of());
        return writer.finish(metadata, null, warnings);
    }

    private static String head(Mail mail) {
        StringBuilder head = new StringBuilder();
        for (Mail.Header header : mail.headers()) {
            head.append(header.name()).append(": ").append(header.value()).append('\n');
        }
        return head.toString();
    }

    private void body(Mail.Body body) {
        String text = CleanText.normalised(body.text());
        if (body.html()) {
            HtmlFlow.write(HtmlPage.parse(text).body(), writer, false);
        } else {
            writer.copy(text, Gaps.paragraphs(text), null);
        }
    }

    private void attachment(Mail.Attachment attachment, Function<Mail.Attachment, ParsedDocument> attachments) {
        try {
            ParsedDocument document = attachments.apply(attachment);
            writer.copy(document.text(), document.blocks(), null);
            warnings.addAll(document.warnings());
        } catch (Rejected e) {
            warnings.add(new Warning("attachment-not-read", "An attachment was not read: " + e.getMessage()));
        }
    }
}
