package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.client.ResponseBody.Hit;
import io.mivaa.batch.commandline.client.ResponseBody.Hits;
import io.mivaa.batch.commandline.client.ServiceResponse;
import io.mivaa.batch.commandline.screen.Passage;
import io.mivaa.batch.commandline.screen.Screen;
import io.mivaa.batch.commandline.screen.Shell;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the passages that match a query. */
@Command(
        name = "search",
        header = "Find the passages that answer a question.",
        description = {"", "Searches all documents of the service, or only those of a batch or with a tag.", ""})
final class SearchCommand extends ServiceCommand {

    enum Mode {
        HYBRID,
        VECTOR,
        KEYWORD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            paramLabel = "QUERY",
            arity = "1..*",
            description = "A question or words. Several arguments are one query.")
    List<String> query = List.of();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            order = 1,
            description = "${COMPLETION-CANDIDATES} (default: hybrid).")
    @Nullable
    Mode mode;

    @Option(
            names = {"-k", "--top-k"},
            paramLabel = "N",
            order = 2,
            defaultValue = "5",
            description = "Number of passages, 1 to 100 (default: ${DEFAULT-VALUE}).")
    int topK = 5;

    @Option(names = "--batch", paramLabel = "BATCH", order = 3, description = "Search only documents of this batch.")
    @Nullable
    String batch;

    @Option(
            names = "--tag",
            paramLabel = "TEXT",
            order = 4,
            description = "Search only documents with this tag. Repeatable.")
    List<String> tags = List.of();

    SearchCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected int run(Connection connection, Screen screen) throws IOException, InterruptedException {
        var filter = new LinkedHashMap<String, Object>();
        if (batch != null) {
            filter.put("batchId", batch);
        }
        if (!tags.isEmpty()) {
            filter.put("tags", tags);
        }
        var request = new LinkedHashMap<String, Object>();
        request.put("query", String.join(" ", query));
        request.put("topK", topK);
        if (mode != null) {
            request.put("mode", mode.toString());
        }
        if (!filter.isEmpty()) {
            request.put("filter", filter);
        }
        ServiceResponse answer =
                connection.patience().insist(() -> connection.client().search(request));
        if (service.json) {
            screen.data(answer.body());
            return ExitCodes.DONE;
        }
        List<Hit> hits = connection.client().read(answer, Hits.class).items();
        Passage.lines(hits, shell).forEach(screen::print);
        return ExitCodes.DONE;
    }
}
