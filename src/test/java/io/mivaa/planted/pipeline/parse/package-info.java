@NullMarked
package io.mivaa.planted.pipeline.parse;

import org.jspecify.annotations.NullMarked;
