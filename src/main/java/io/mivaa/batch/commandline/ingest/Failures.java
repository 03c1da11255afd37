package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Jobs;
import io.mivaa.batch.commandline.client.ServiceClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Failed documents, grouped by code. Uses a bounded amount of memory, however many documents fail. Used by one thread.
 */
public final class Failures {

    private static final int NAMES = 5;
    private static final int GROUPS = 20;
    private static final int NAME_COLUMNS = 100;
    private static final int MESSAGE_COLUMNS = 200;

    /** Classes of failures that another attempt may resolve. */
    private static final Set<String> PASSING = Set.of("TRANSIENT", "RATE_LIMITED", "TIMEOUT", "RESOURCE", "INTERNAL");

    private static final Map<String, String> ADVICE = Map.of(
            "encrypted-document",
            "Pass the password with --password-file.",
            "wrong-password",
            "Pass the password with --password-file.",
            "passwords-not-enabled",
            "Omit --password-file, or have mivaa.secrets.key set in the service.",
            "unsupported-format",
            "Skip such files with --exclude or --include.",
            "document-too-large",
            "Divide the file, or have mivaa.intake.max-document-size raised in the service.",
            "content-not-kept",
            "Ingest the file again instead of retrying it.",
            FailedDocument.NOT_READABLE,
            "Check the permissions of the file.");

    private static final class Group {
        private final String message;
        private final String kind;
        private final List<String> names = new ArrayList<>();
        private int count;

        Group(FailedDocument first) {
            this.message = first.message();
            this.kind = first.kind();
        }
    }

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private int others;
    private int count;

    public void add(FailedDocument failed) {
        count++;
        Group group = groups.get(failed.code());
        if (group == null) {
            if (groups.size() == GROUPS) {
                others++;
                return;
            }
            group = new Group(failed);
            groups.put(failed.code(), group);
        }
        group.count++;
        if (group.names.size() < NAMES) {
            group.names.add(failed.name());
        }
    }

    /** Adds the dead jobs of a batch, which the service lists. */
    public void addAll(ServiceClient client, Batch batch, Patience patience) throws IOException, InterruptedException {
        String cursor = batch.counts().dead() == 0 ? null : "";
        while (cursor != null) {
            String from = cursor;
            Jobs page = patience.insist(() -> client.jobs(batch.id(), "DEAD", from));
            page.items().forEach(job -> add(FailedDocument.of(job)));
            cursor = page.nextCursor();
        }
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public int count() {
        return count;
    }

    /** Whether a retry may help some of the documents. */
    public boolean mayPass() {
        return groups.values().stream().anyMatch(group -> PASSING.contains(group.kind));
    }

    /** The groups, the largest first, each with a few names and advice. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        groups.entrySet().stream()
                .sorted(Comparator.comparing(entry -> -entry.getValue().count))
                .forEach(entry -> lines.addAll(lines(entry.getKey(), entry.getValue())));
        if (others > 0) {
            lines.add("%5d  with other codes".formatted(others));
        }
        return lines;
    }

    private static List<String> lines(String code, Group group) {
        var lines = new ArrayList<String>();
        String message = Printable.fit(Printable.line(group.message), MESSAGE_COLUMNS);
        lines.add("%5d  %s: %s".formatted(group.count, Printable.line(code), message));
        group.names.forEach(name -> lines.add("         " + Printable.fit(Printable.line(name), NAME_COLUMNS)));
        if (group.count > group.names.size()) {
            lines.add("         and " + (group.count - group.names.size()) + " more");
        }
        if (ADVICE.containsKey(code)) {
            lines.add("       " + ADVICE.get(code));
        }
        return lines;
    }
}
