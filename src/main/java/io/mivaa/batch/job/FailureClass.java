package io.mivaa.batch.job;

/** Why an attempt failed, as far as it decides what happens next. */
public enum FailureClass {
    /** The document is at fault: unreadable, encrypted, empty, too large, unsupported. Never tried again. */
    INVALID_INPUT,
    /** Something else is at fault and may recover. */
    TRANSIENT,
    /** Another service asked for patience; costs no attempt. */
    RATE_LIMITED,
    /** The attempt took longer than allowed. */
    TIMEOUT,
    /** Memory or disk ran out. */
    RESOURCE,
    /** The document brought its worker down again and again. */
    POISON,
    /** Its owner stopped it. */
    CANCELLED,
    /** A defect of this service. */
    INTERNAL
}
