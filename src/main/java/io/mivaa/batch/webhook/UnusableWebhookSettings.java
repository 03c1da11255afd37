package io.mivaa.batch.webhook;

/** The configuration of webhooks cannot work. The message quotes no secret. */
final class UnusableWebhookSettings extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnusableWebhookSettings(String message) {
        super(message);
    }
}
