package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.Locale;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.field.ContentDispositionFieldLenientImpl;
import org.apache.james.mime4j.field.ContentTypeFieldLenientImpl;
import org.apache.james.mime4j.stream.Field;
import org.jspecify.annotations.Nullable;

/** The header fields of a MIME part that show whether it is a text or an attachment. Not thread-safe. */
final class PartHeaders {

    private @Nullable Field type;
    private @Nullable Field disposition;

    /** Takes a field of the part's header. */
    void add(Field field) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (name.equals("content-type")) {
            type = field;
        } else if (name.equals("content-disposition")) {
            disposition = field;
        }
    }

    boolean isAttachment() {
        return disposition != null
                && ContentDispositionFieldLenientImpl.PARSER
                        .parse(disposition, DecodeMonitor.SILENT)
                        .isAttachment();
    }

    boolean declaresCharset() {
        return type != null && type.getBody().toLowerCase(Locale.ROOT).contains("charset");
    }

    /** The name of the attached file, without a path; null when the part has none. */
    @Nullable
    String filename() {
        String name = disposition == null
                ? null
                : ContentDispositionFieldLenientImpl.PARSER
                        .parse(disposition, DecodeMonitor.SILENT)
                        .getFilename();
        if (name == null && type != null) {
            name = ContentTypeFieldLenientImpl.PARSER
                    .parse(type, DecodeMonitor.SILENT)
                    .getParameter("name");
        }
        if (name == null) {
            return null;
        }
        String clean = CleanText.line(DecoderUtil.decodeEncodedWords(name, DecodeMonitor.SILENT));
        return clean.isEmpty() ? null : clean.substring(Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\')) + 1);
    }
}
