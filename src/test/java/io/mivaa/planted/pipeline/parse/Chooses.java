package io.mivaa.planted.pipeline.parse;

/** What chooses a parser: no parser may know it. */
public final class Chooses {}
