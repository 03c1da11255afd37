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

/** What failed and why, grouped by code, in bounded memory however much it is. Used by one thread. */
public final class Failures {

    private static final int NAMES = 5;
    private static final int GROUPS = 20;
    private static final int NAME_COLUMNS = 100;
    private static final int MESSAGE_COLUMNS = 200;

    /** Classes of failures that a second try may mend. */
    private static final Set<String> PASSING = Set.of("TRANSIENT", "RATE_LIMITED", "TIMEOUT", "RESOURCE", "INTERNAL");

    private static final Map<String, String> ADVICE = Map.of(
            "encrypted-document",
            "Give its password with --password-file.",
            "wrong-password",
            "Give its password with --password-file.",
            "passwords-not-enabled",
            "Leave --password-file out, or have mivaa.secrets.key set at the service.",
            "unsupported-format",
            "Leave such files out with --exclude or --include.",
            "document-too-large",
            "Divide it, or have mivaa.intake.max-document-size raised at the service.",
            "content-not-kept",
            "Ingest it again instead of retrying it.",
            FailedDocument.NOT_READABLE,
            "Mend its permissions.");

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
    private int rest;
    private int count;

    public void add(FailedDocument failed) {
        count++;
        Group group = groups.get(failed.code());
        if (group == null) {
            if (groups.size() == GROUPS) {
                rest++;
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

    /** Asks for the dead jobs of a batch. */
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

    /** Whether trying the same again may help for some. */
    public boolean mayPass() {
        return groups.values().stream().anyMatch(group -> PASSING.contains(group.kind));
    }

    /** The largest groups first, a few names of each, and what to do about it. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        groups.entrySet().stream()
                .sorted(Comparator.comparing(entry -> -entry.getValue().count))
                .forEach(entry -> {
                    Group group = entry.getValue();
                    lines.add("%5d  %s: %s"
                            .formatted(
                                    group.count,
                                    Printable.line(entry.getKey()),
                                    Printable.fit(Printable.line(group.message), MESSAGE_COLUMNS)));
                    group.names.forEach(
                            name -> lines.add("         " + Printable.fit(Printable.line(name), NAME_COLUMNS)));
                    if (group.count > group.names.size()) {
                        lines.add("         and " + (group.count - group.names.size()) + " more");
                    }
                    String advice = ADVICE.get(entry.getKey());
                    if (advice != null) {
                        lines.add("       " + advice);
                    }
                });
        if (rest > 0) {
            lines.add("%5d  with other codes".formatted(rest));
        }
        return lines;
    }
}
