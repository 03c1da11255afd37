package io.mivaa.planted.pipeline;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Transforms nothing without a database. */
record ImpureStep(JdbcClient database) {}
