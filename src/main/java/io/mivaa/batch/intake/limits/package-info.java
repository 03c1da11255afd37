/** The limits of the intake: how much a request may contain, and when the service refuses one because it is full. */
@NullMarked
package io.mivaa.batch.intake.limits;

import org.jspecify.annotations.NullMarked;
