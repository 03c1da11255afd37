package io.mivaa.batch.job.durability;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the truth is kept.
 *
 * @param allowUnsafeDurability starts although PostgreSQL may lose what it has committed
 */
@ConfigurationProperties("mivaa.job")
record JobSettings(@DefaultValue("false") boolean allowUnsafeDurability) {}
