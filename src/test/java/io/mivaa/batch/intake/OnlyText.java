package io.mivaa.batch.intake;

import io.mivaa.batch.pipeline.Formats;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes everything for text. */
public enum OnlyText implements Formats {
    FORMATS;

    @Override
    public String detect(byte[] head, String filename, @Nullable String declaredType) {
        return "text/plain";
    }

    @Override
    public Set<String> supported() {
        return Set.of("text/plain");
    }
}
