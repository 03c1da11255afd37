package io.mivaa.batch.webhook;

/** Webhooks are configured in a way that cannot work; no secret is quoted. */
final class UnusableWebhookSettings extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnusableWebhookSettings(String message) {
        super(message);
    }
}
