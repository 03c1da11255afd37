package io.mivaa.batch.embedded;

import java.nio.file.Path;

/**
 * Which servers the service starts for itself because none are configured. A bean of this type always exists.
 *
 * @param postgres whether the service starts PostgreSQL
 * @param redis whether the service starts Redis
 * @param directory the absolute path of their data
 */
public record ZeroSetup(boolean postgres, boolean redis, Path directory) {}
