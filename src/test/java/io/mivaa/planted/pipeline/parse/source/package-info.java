@NullMarked
package io.mivaa.planted.pipeline.parse.source;

import org.jspecify.annotations.NullMarked;
