package io.mivaa.batch.job;

/** The class of a failure. It decides what happens next. */
public enum FailureClass {
    /** The document is at fault: unreadable, encrypted, empty, too large, unsupported. Never retried. */
    INVALID_INPUT,
    /** Something other than the document is at fault and may recover. */
    TRANSIENT,
    /** Another service asked to wait. Costs no attempt. */
    RATE_LIMITED,
    /** The attempt took longer than allowed. */
    TIMEOUT,
    /** Memory or disk ran out. */
    RESOURCE,
    /** The document crashed its worker several times. */
    POISON,
    /** Its owner stopped it. */
    CANCELLED,
    /** A defect of this service. */
    INTERNAL
}
