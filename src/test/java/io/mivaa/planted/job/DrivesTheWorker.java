package io.mivaa.planted.job;

import io.mivaa.planted.worker.Retrying;

/** Points the wrong way. */
record DrivesTheWorker(Retrying worker) {}
