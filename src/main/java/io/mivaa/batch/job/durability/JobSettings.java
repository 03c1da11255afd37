package io.mivaa.batch.job.durability;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The database of the job module.
 *
 * @param allowUnsafeDurability whether to start although PostgreSQL may lose what it has committed
 */
@ConfigurationProperties("mivaa.job")
record JobSettings(@DefaultValue("false") boolean allowUnsafeDurability) {}
