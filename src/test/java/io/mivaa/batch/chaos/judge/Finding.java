package io.mivaa.batch.chaos.judge;

/** Something that must not be. */
public record Finding(Kind kind, String what) {

    public enum Kind {
        /** Accepted, but gone, or not brought to an end. */
        LOST,
        /** Done or accepted more than once. */
        TWICE,
        /** Two attempts that commit at the same time, or in the wrong order, or that never ended. */
        OVERLAPPING,
        /** A number that is not the sum of what it counts. */
        DRIFTED,
        /** Left behind after all is over. */
        RESIDUE
    }

    @Override
    public String toString() {
        return kind + " " + what;
    }
}
