package io.mivaa.batch.pipeline.document;

/** The password of a protected document. */
public record Password(String value) {

    /** Hides the value, so that objects with a password can be printed. */
    @Override
    public String toString() {
        return "Password";
    }
}
