package io.mivaa.planted.results.util;

/** Whatever had no other place. */
final class Drawer {}
