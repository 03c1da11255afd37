@NullMarked
package io.mivaa.planted.pipeline.parse.page;

import org.jspecify.annotations.NullMarked;
