package io.mivaa.planted.unmarked;

/** Its package promises nothing about null. */
final class Unmarked {}
