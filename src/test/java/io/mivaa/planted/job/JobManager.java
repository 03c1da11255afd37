package io.mivaa.planted.job;

/** Says nothing about what it is. */
final class JobManager {}
