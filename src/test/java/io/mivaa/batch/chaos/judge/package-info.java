/** What a chaos run must prove: reads the history of the jobs and finds every broken promise in it. */
@NullMarked
package io.mivaa.batch.chaos.judge;

import org.jspecify.annotations.NullMarked;
