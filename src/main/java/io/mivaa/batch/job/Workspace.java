package io.mivaa.batch.job;

import java.util.regex.Pattern;

/** A tenant. Stands on every row and in every query. */
public record Workspace(String name) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    /** Whose requests come without a key. */
    public static final Workspace DEFAULT = new Workspace("default");

    public Workspace {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a workspace is named by 1 to 63 of a-z, 0-9, '-' and '_', starting with a letter or digit: "
                            + name);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
