/** Real servers and real processes for tests. */
@NullMarked
package io.mivaa.batch.testkit;

import org.jspecify.annotations.NullMarked;
