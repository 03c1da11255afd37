package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.Answers.Batch;
import io.mivaa.batch.commandline.Answers.Hit;
import io.mivaa.batch.commandline.Answers.Job;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of the demo: send, watch, tell, ask. Knows the service only through its client. */
final class Demonstration {

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int HITS = 3;
    private static final int EXCERPT = 200;

    private final ServiceClient client;
    private final PrintStream out;
    private final ProgressLine progress;
    private final Supplier<Duration> uptime;
    private final DemoSettings settings;

    /** @param uptime since the process was started, for the time until the first success */
    Demonstration(
            ServiceClient client,
            PrintStream out,
            Terminal terminal,
            Supplier<Duration> uptime,
            DemoSettings settings) {
        this.client = client;
        this.out = out;
        this.progress = new ProgressLine(out, terminal, Duration.ZERO);
        this.uptime = uptime;
        this.settings = settings;
    }

    /** @return how long after the start of the process the first job had succeeded, if one has */
    Optional<Duration> run(List<Sample> samples) throws IOException, InterruptedException {
        out.printf("%nSending %d sample documents to the service as one batch.%n", samples.size());
        Batch batch = client.submit("demo", samples);
        Optional<Duration> firstSuccess = watch(batch.id());
        client.jobs(batch.id()).forEach(this::tell);
        ask();
        return firstSuccess;
    }

    /** Until the batch is final. */
    private Optional<Duration> watch(String id) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        Optional<Duration> firstSuccess = Optional.empty();
        String etag = null;
        boolean terminal = false;
        while (!terminal) {
            Optional<ServiceClient.Seen> seen = client.batch(id, etag, WAIT);
            if (seen.isPresent()) {
                Batch batch = seen.get().batch();
                etag = seen.get().etag();
                terminal = batch.terminal();
                if (firstSuccess.isEmpty() && batch.counts().succeeded() > 0) {
                    firstSuccess = Optional.of(uptime.get());
                }
                progress.show(Progress.of(List.of(batch), 0, null));
            }
            if (!terminal && System.nanoTime() > deadline) {
                throw new IOException("The batch " + id + " was not done within " + settings.patience() + ".");
            }
        }
        return firstSuccess;
    }

    private void tell(Job job) {
        String cause = "";
        if (job.error() != null) {
            cause = "  "
                    + Printable.line(job.error().code() + ": " + job.error().message());
        }
        out.printf("  %-10s %s%s%n", job.state(), Printable.line(job.filename()), cause);
    }

    private void ask() throws IOException, InterruptedException {
        out.printf("%nAsking: %s%n", settings.question());
        List<Hit> hits = client.search(settings.question(), HITS).items();
        if (hits.isEmpty()) {
            out.println("  Nothing was found.");
        }
        hits.forEach(this::tell);
    }

    private void tell(Hit hit) {
        var where = new StringBuilder(Printable.line(hit.filename()));
        if (hit.chunk().pages() != null) {
            where.append(", page ").append(hit.chunk().pages().first());
        }
        List<String> headings = hit.chunk().headings();
        if (headings != null && !headings.isEmpty()) {
            where.append(", ").append(Printable.line(String.join(" > ", headings)));
        }
        out.printf(
                Locale.ROOT,
                "  %.3f  %s%n         %s%n",
                hit.score(),
                where,
                excerpt(hit.chunk().text()));
    }

    /** On one line, cut at a word. */
    private static String excerpt(String text) {
        String line = Printable.line(text);
        if (line.length() <= EXCERPT) {
            return line;
        }
        int space = line.lastIndexOf(' ', EXCERPT);
        return line.substring(0, space > 0 ? space : EXCERPT) + " …";
    }
}
