package io.mivaa.planted.pipeline.parse.pdf;

/** A parser of the planted map; it breaks no rule. */
public final class ReadsPdf {}
