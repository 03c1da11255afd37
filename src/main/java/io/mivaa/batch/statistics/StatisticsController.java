package io.mivaa.batch.statistics;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/stats")
@Tag(name = "Queue")
class StatisticsController {

    private final Samples samples;

    StatisticsController(Samples samples) {
        this.samples = samples;
    }

    /**
     * How many jobs ended and how many waited over a window.
     *
     * @param items one for each bucket, oldest first
     */
    record Statistics(String window, long bucketSeconds, List<Samples.Item> items) {}

    @Operation(summary = "Show how many jobs ended and how many waited over the last minutes or hours, for charts")
    @GetMapping
    Statistics statistics(
            Workspace workspace,
            @Parameter(schema = @Schema(allowableValues = {"5m", "1h", "24h"})) @RequestParam(defaultValue = "5m")
                    String window) {
        Window of = Window.of(window)
                .orElseThrow(() -> Problem.invalid("window", "invalid-value", "window must be 5m, 1h or 24h."));
        return new Statistics(of.text(), of.bucket().toSeconds(), samples.read(workspace, of));
    }
}
