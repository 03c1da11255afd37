package io.mivaa.batch.pipeline.document;

/** What opens a protected document. */
public record Password(String value) {

    /** Tells nothing of it, so that whatever holds one can be printed. */
    @Override
    public String toString() {
        return "Password";
    }
}
