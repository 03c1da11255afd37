package io.mivaa.batch.pipeline;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows the kinds of documents. Thread-safe. */
public interface Formats {

    /** How many bytes of a document {@link #detect} wants to see, at most. */
    int HEAD_BYTES = 64 * 1024;

    /**
     * The media type by content first; the name and the declared type decide only among kinds of text.
     *
     * @param head the first {@link #HEAD_BYTES} bytes, or all when there are fewer
     * @return without parameters, lower case, {@code application/octet-stream} when nothing fits
     */
    String detect(byte[] head, String filename, @Nullable String declaredType);

    /** The media types that some parser reads. */
    Set<String> supported();
}
