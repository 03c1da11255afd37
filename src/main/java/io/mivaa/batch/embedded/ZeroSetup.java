package io.mivaa.batch.embedded;

import java.nio.file.Path;

/**
 * What the service runs by itself because nothing else was configured. A bean of this type is always there.
 *
 * @param postgres whether PostgreSQL is the service's own
 * @param redis whether Redis is the service's own
 * @param directory where their data lies, absolute
 */
public record ZeroSetup(boolean postgres, boolean redis, Path directory) {}
