package io.mivaa.batch.job;

/** The share of the workers that a batch gets, highest first. No priority starves. */
public enum Priority {
    CRITICAL,
    HIGH,
    NORMAL,
    LOW
}
