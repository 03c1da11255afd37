@NullMarked
package io.mivaa.planted.pipeline.parse.html;

import org.jspecify.annotations.NullMarked;
