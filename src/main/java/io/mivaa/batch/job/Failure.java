package io.mivaa.batch.job;

/**
 * Why a job failed.
 *
 * @param code kebab-case and stable
 * @param message a sentence for the owner of the document, without its text
 */
public record Failure(FailureClass failureClass, String code, String message) {

    private static final int MAX_MESSAGE = 1000;

    public Failure {
        // The only character that PostgreSQL does not store.
        message = message.replace("\u0000", "");
        message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE - 1) + "…" : message;
    }

    /** A failure of the document itself, which is never retried. */
    public static Failure invalidInput(String code, String message) {
        return new Failure(FailureClass.INVALID_INPUT, code, message);
    }
}
