/** The documents and the code agree: examples run, tables name what is there and nothing else. */
@org.jspecify.annotations.NullMarked
package io.mivaa.batch.documentation;
