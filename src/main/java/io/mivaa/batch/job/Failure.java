package io.mivaa.batch.job;

/**
 * What went wrong with a job.
 *
 * @param code kebab-case and stable
 * @param message a sentence for the owner of the document, without its text
 */
public record Failure(FailureClass failureClass, String code, String message) {

    private static final int MAX_MESSAGE = 1000;

    public Failure {
        // PostgreSQL takes every character but this one.
        message = message.replace("\u0000", "");
        message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE - 1) + "…" : message;
    }

    public static Failure invalidInput(String code, String message) {
        return new Failure(FailureClass.INVALID_INPUT, code, message);
    }
}
