package io.mivaa.batch.results.vectors;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param pgvector whether to use pgvector where the server has it; must be the same on all instances */
@ConfigurationProperties("mivaa.search")
public record PgvectorSettings(@DefaultValue("true") boolean pgvector) {}
