package io.mivaa.batch.access;

import io.mivaa.batch.job.Workspace;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API keys and their workspaces. Keeps the SHA-256 of each key, not the key. Thread-safe. */
final class ApiKeys {

    /** Shorter keys could be guessed. */
    static final int MIN_LENGTH = 16;

    private static final int MAX_LENGTH = 512;

    private final List<Entry> entries = new ArrayList<>();

    private static final class Entry {

        private final byte[] digest;
        private final Workspace workspace;

        Entry(byte[] digest, Workspace workspace) {
            this.digest = digest;
            this.workspace = workspace;
        }
    }

    /**
     * @param keys by the name of the workspace, in which a dot means an underscore, as in names of environment variables
     * @throws UnsafeAccess when a name or key cannot be used; no key is quoted
     */
    ApiKeys(Map<String, List<String>> keys) {
        keys.forEach((name, values) -> values.stream()
                .map(String::strip)
                .filter(key -> !key.isEmpty())
                .forEach(key -> add(workspace(name), key)));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Takes the same time for a wrong key as for a valid one. */
    Optional<Workspace> workspaceOf(String key) {
        if (key.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        byte[] digest = sha256(key);
        @Nullable Workspace found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                found = entry.workspace;
            }
        }
        return Optional.ofNullable(found);
    }

    private void add(Workspace workspace, String key) {
        if (key.length() < MIN_LENGTH || key.length() > MAX_LENGTH) {
            throw new UnsafeAccess(
                    "A key of the workspace '" + workspace + "' has " + key.length() + " characters.",
                    "Use a random key of " + MIN_LENGTH + " to " + MAX_LENGTH
                            + " characters, from 'openssl rand -hex 32' for example.");
        }
        byte[] digest = sha256(key);
        if (entries.stream().anyMatch(entry -> MessageDigest.isEqual(entry.digest, digest))) {
            throw new UnsafeAccess(
                    "A key of the workspace '" + workspace + "' is used twice.", "Give each workspace its own keys.");
        }
        entries.add(new Entry(digest, workspace));
    }

    private static Workspace workspace(String name) {
        try {
            return new Workspace(name.toLowerCase(Locale.ROOT).replace('.', '_'));
        } catch (IllegalArgumentException e) {
            throw new UnsafeAccess(
                    "There are keys for '" + name + "', which cannot be the name of a workspace.",
                    "Rename mivaa.access.keys.<workspace>: " + e.getMessage());
        }
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return entries.size() + " API keys";
    }
}
