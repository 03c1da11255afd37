package io.mivaa.batch.job;

/** How big a share of the workers a batch gets, highest first. None starves. */
public enum Priority {
    CRITICAL,
    HIGH,
    NORMAL,
    LOW
}
