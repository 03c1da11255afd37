@NullMarked
package io.mivaa.planted.pipeline.parse.pdf;

import org.jspecify.annotations.NullMarked;
