package io.mivaa.batch.intake;

/** How many jobs an action reached. */
record Affected(int count) {}
