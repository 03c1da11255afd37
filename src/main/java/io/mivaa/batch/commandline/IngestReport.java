package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.ingest.Failures;
import io.mivaa.batch.commandline.ingest.ResultsFile;
import io.mivaa.batch.commandline.screen.Screen;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ingest} prints at the end.
 *
 * @param batches as they ended
 * @param failures of the batches, and of files that are in none
 * @param unsent how many of the failures are in no batch
 */
record IngestReport(Connection connection, List<Batch> batches, Failures failures, int unsent) {

    void print(Screen screen, double seconds, @Nullable ResultsFile results) {
        screen.print(summary(seconds));
        failures.lines().forEach(screen::print);
        batches.stream()
                .limit(ServiceCommand.BATCHES_SHOWN)
                .forEach(batch -> screen.print("Batch " + batch.id() + retry(batch)));
        if (batches.size() > ServiceCommand.BATCHES_SHOWN) {
            screen.print("and " + (batches.size() - ServiceCommand.BATCHES_SHOWN) + " more: "
                    + connection.command("status"));
        }
        if (results != null) {
            screen.print(results.summary());
        }
        if (succeeded() > 0) {
            screen.print("Search:  " + connection.command("search \"...\""));
        }
    }

    private String summary(double seconds) {
        int total = unsent
                + batches.stream().mapToInt(batch -> batch.counts().total()).sum();
        int cancelled =
                batches.stream().mapToInt(batch -> batch.counts().cancelled()).sum();
        return "%d of %s succeeded%s%s in %s."
                .formatted(
                        succeeded(),
                        Printable.count(total, "document"),
                        failures.isEmpty() ? "" : ", " + failures.count() + " failed",
                        cancelled == 0 ? "" : ", " + cancelled + " cancelled",
                        Printable.duration(seconds));
    }

    private int succeeded() {
        return batches.stream().mapToInt(batch -> batch.counts().succeeded()).sum();
    }

    private String retry(Batch batch) {
        return failures.mayPass() && batch.counts().dead() > 0
                ? "; a retry may help: " + connection.command("retry " + batch.id())
                : "";
    }
}
