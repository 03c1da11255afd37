package io.mivaa.batch.job;

import java.util.regex.Pattern;

/** A tenant. Every row and every query names one. */
public record Workspace(String name) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    /** The workspace of requests without an API key. */
    public static final Workspace DEFAULT = new Workspace("default");

    public Workspace {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a workspace name must have 1 to 63 characters of a-z, 0-9, '-' and '_', and start with a letter or"
                            + " digit: "
                            + name);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
