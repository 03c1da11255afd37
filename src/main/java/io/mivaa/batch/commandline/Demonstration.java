package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Patience;
import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Hits;
import io.mivaa.batch.commandline.client.ResponseBody.Job;
import io.mivaa.batch.commandline.client.ResponseBody.Jobs;
import io.mivaa.batch.commandline.client.ServiceClient;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.ingest.FailedDocument;
import io.mivaa.batch.commandline.ingest.Ingestion;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import io.mivaa.batch.commandline.ingest.Watch;
import io.mivaa.batch.commandline.screen.Passage;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One run of the demo: ingests the sample documents as the {@code ingest} command does, prints the outcome of each, and
 * searches them. Used by one thread.
 */
final class Demonstration {

    private static final int HITS = 3;

    private final ServiceClient client;
    private final Shell shell;
    private final Screen screen;
    private final Patience patience;
    private final Watch watch;
    private final DemoSettings settings;

    /** @param shell where the demo prints */
    Demonstration(ServiceClient client, Shell shell, DemoSettings settings) {
        this.client = client;
        this.shell = shell;
        this.screen = new Screen(shell, false, false);
        this.patience = new Patience(settings.patience());
        this.watch = new Watch(client, screen, patience);
        this.settings = settings;
    }

    /** @return when the first job succeeded, by the clock of the service's database; empty when none did */
    Optional<Instant> run(List<Found> documents) throws IOException, InterruptedException {
        screen.say("");
        screen.say("Sending " + documents.size() + " sample documents to the service as one batch.");
        var ingestion = new Ingestion(client, screen, watch, patience, Map.of("name", "demo"), null);
        Collection<FailedDocument> refused = ingestion.send(documents, patience.insist(client::limits));
        watch.untilDone();
        refused.forEach(each -> say("REFUSED", each.name(), each.code() + ": " + each.message()));
        List<Job> jobs = jobs();
        jobs.forEach(this::say);
        search();
        return jobs.stream()
                .filter(job -> job.state().equals("SUCCEEDED"))
                .map(Job::finishedAt)
                .filter(Objects::nonNull)
                .min(Instant::compareTo);
    }

    private List<Job> jobs() throws IOException, InterruptedException {
        var jobs = new ArrayList<Job>();
        for (Batch batch : watch.batches()) {
            String cursor = "";
            while (cursor != null) {
                String from = cursor;
                Jobs page = patience.insist(() -> client.jobs(batch.id(), "", from));
                jobs.addAll(page.items());
                cursor = page.nextCursor();
            }
        }
        return jobs;
    }

    private void say(Job job) {
        ResponseBody.Cause cause = job.error();
        say(job.state(), job.filename(), cause == null ? "" : cause.code() + ": " + cause.message());
    }

    private void say(String state, String name, String cause) {
        screen.say("  %-10s %s  %s"
                .formatted(state, Printable.line(name), Printable.line(cause))
                .stripTrailing());
    }

    private void search() throws IOException, InterruptedException {
        screen.say("");
        screen.say("Asking: " + settings.question());
        ServiceResponse answer =
                patience.insist(() -> client.search(Map.of("query", settings.question(), "topK", HITS)));
        Passage.lines(client.read(answer, Hits.class).items(), shell).forEach(screen::say);
    }
}
