/** A drawer. */
@NullMarked
package io.mivaa.planted.results.util;

import org.jspecify.annotations.NullMarked;
