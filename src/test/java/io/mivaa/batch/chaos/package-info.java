/** The service under fire: several real processes, killed, frozen and cut off at random, and a judge of what is left. */
@NullMarked
package io.mivaa.batch.chaos;

import org.jspecify.annotations.NullMarked;
