package io.mivaa.batch.webhook;

import io.mivaa.batch.http.Cursor;
import io.mivaa.batch.http.Listing;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/webhooks/deliveries")
@Tag(name = "Webhooks")
class DeliveryController {

    private final Deliveries deliveries;

    DeliveryController(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    /**
     * A delivery as the API shows it.
     *
     * @param id the value of the header webhook-id
     * @param dueAt when it is tried next, null when it has ended
     * @param status of the last answer, null if there was none
     * @param error why the last try failed
     */
    record DeliveryView(
            String id,
            String type,
            String batchId,
            @Nullable String jobId,
            String url,
            String state,
            int tries,
            @Nullable Integer status,
            @Nullable String error,
            Instant createdAt,
            @Nullable Instant triedAt,
            @Nullable Instant dueAt,
            @Nullable Instant endedAt) {

        static DeliveryView of(Delivery delivery) {
            return new DeliveryView(
                    delivery.id().toString(),
                    delivery.type(),
                    delivery.batch().toString(),
                    delivery.job() == null ? null : delivery.job().toString(),
                    delivery.url(),
                    delivery.state(),
                    delivery.tries(),
                    delivery.status(),
                    delivery.error(),
                    delivery.createdAt(),
                    delivery.triedAt(),
                    delivery.dueAt(),
                    delivery.endedAt());
        }
    }

    @Operation(summary = "List the deliveries to webhooks, newest first")
    @GetMapping
    Listing<DeliveryView> list(
            Workspace workspace,
            @RequestParam(required = false) @Nullable UUID batchId,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        int most = Cursor.limit(limit);
        List<Delivery> found = deliveries.list(
                workspace,
                batchId == null ? null : new BatchId(batchId),
                Cursor.decode(cursor, UUID::fromString),
                most + 1);
        boolean more = found.size() > most;
        List<Delivery> page = more ? found.subList(0, most) : found;
        return new Listing<>(
                page.stream().map(DeliveryView::of).toList(),
                more ? Cursor.encode(page.get(most - 1).id()) : null);
    }

    @Operation(summary = "Repeat a delivery to a webhook under the same id")
    @PostMapping("/{id:[0-9a-fA-F-]{36}}/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    DeliveryView replay(Workspace workspace, @PathVariable UUID id) {
        return DeliveryView.of(deliveries.replay(workspace, id).orElseThrow(() -> Problem.notFound("delivery")));
    }
}
