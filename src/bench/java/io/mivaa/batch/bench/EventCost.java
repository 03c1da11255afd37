package io.mivaa.batch.bench;

import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.testkit.Stores;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the events cost the queue: the bare statements of claiming and settling, a hundred jobs at a time, on the same
 * database with the triggers as they are and with triggers that write no events, in turns.
 */
final class EventCost {

    private static final int JOBS = Integer.getInteger("bench.jobs", 5_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int AT_A_TIME = 100;

    private final Stores stores = new Stores();
    private final JdbcClient jdbc = stores.jdbc();
    private final InstanceId instance = stores.instance();
    private final UUID result = stores.result();
    private final String with = function();

    public static void main(String[] arguments) {
        new EventCost().run();
        System.exit(0);
    }

    private void run() {
        round(false);
        long[] claims = new long[2];
        long[] settling = new long[2];
        for (int round = 0; round < ROUNDS; round++) {
            for (int events = 0; events < 2; events++) {
                long[] nanos = round(events == 1);
                claims[events] += nanos[0];
                settling[events] += nanos[1];
            }
        }
        System.out.printf(
                "%nclaim %.1f µs a job without events, %.1f with; settling %.1f without, %.1f with;"
                        + " together %.2f times as long%n",
                each(claims[0]),
                each(claims[1]),
                each(settling[0]),
                each(settling[1]),
                (claims[1] + settling[1]) / (double) (claims[0] + settling[0]));
    }

    private static double each(long nanos) {
        return nanos / 1_000.0 / JOBS / ROUNDS;
    }

    private long[] round(boolean events) {
        jdbc.sql(events ? with : without()).update();
        for (String trigger : List.of("batch_event_insert", "batch_event_update")) {
            jdbc.sql("alter table batch " + (events ? "enable" : "disable") + " trigger " + trigger)
                    .update();
        }
        Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, JOBS);
        jdbc.sql("vacuum analyze job").update();
        jdbc.sql("checkpoint").update();
        long claiming = 0;
        long settling = 0;
        List<JobId> jobs = batch.queued();
        for (int from = 0; from < jobs.size(); from += AT_A_TIME) {
            long begun = System.nanoTime();
            List<Claim> claims = stores.claims().take(
                    jobs.subList(from, Math.min(from + AT_A_TIME, jobs.size())), instance, Claims.ANY_CRASHES);
            long claimed = System.nanoTime();
            stores.transactions().executeWithoutResult(status -> stores.successes()
                    .succeed(claims.stream()
                            .map(claim -> new Success(claim, result, true, null, 1, Map.of()))
                            .toList()));
            claiming += claimed - begun;
            settling += System.nanoTime() - claimed;
        }
        return new long[] {claiming, settling};
    }

    private String function() {
        return jdbc.sql("select pg_get_functiondef('job_counts_update'::regproc)")
                .query(String.class)
                .single();
    }

    /** As it was before there were events. */
    private String without() {
        int from = with.indexOf("    insert into event");
        int to = with.indexOf("    if not found then");
        return (with.substring(0, from) + with.substring(to))
                .replace(
                        "if not found then",
                        "if not exists (select from new_rows n join old_rows o on o.id = n.id"
                                + " where o.state <> n.state) then");
    }
}
