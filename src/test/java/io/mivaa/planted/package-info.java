/**
 * A small application that breaks every rule of the architecture once, beside classes that may do the same thing where
 * they are. It lies outside the real application's package, so that no component scan finds it.
 */
@NullMarked
package io.mivaa.planted;

import org.jspecify.annotations.NullMarked;
