package io.mivaa.batch.intake.status;

/** How many jobs an action reached. */
record Affected(int count) {}
