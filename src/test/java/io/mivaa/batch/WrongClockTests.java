package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Gate;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.claim.Settling;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;

/** An instance whose clock jumps while it runs, beside others whose clocks are right. */
@Import(WrongClockTests.WithJumpingClock.class)
@DirtiesContext
class WrongClockTests extends RunningService {

    @Autowired
    private JumpingClock clock;

    @Autowired
    private Claims claims;

    @Autowired
    private Settling settling;

    @Autowired
    private Instances instances;

    @Autowired
    private JdbcClient jdbc;

    @TestConfiguration(proxyBeanMethods = false)
    static class WithJumpingClock {
        @Bean
        @Primary
        JumpingClock jumpingClock() {
            return new JumpingClock();
        }
    }

    static final class JumpingClock extends Clock {

        private volatile Duration off = Duration.ZERO;

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(off);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @ParameterizedTest(name = "by {0} minutes")
    @ValueSource(ints = {10, -10})
    void claimsRenewsPromotesAndTakesBackAsEver(int minutes) {
        gate.shut();
        String batch = gated(4);
        Awaitility.await().until(() -> gate.waiting() == 2);
        List<JobId> waiting = jobs(batch, "QUEUED");
        assertThat(waiting).hasSize(2);
        clock.off = Duration.ofMinutes(minutes);

        // By the clock that is wrong the first of them died minutes ago, or the second is alive for minutes to come.
        Claim living = claim(waiting.get(0), Duration.ofMinutes(5));
        Claim orphan = claim(waiting.get(1), Duration.ofMillis(1));
        String later = scheduled("5 minutes");
        String soon = scheduled("1 second");

        soon(() -> crashes(orphan.job()) == 1);
        soon(() -> jobs(soon, "SCHEDULED").isEmpty());
        gate.open();
        soon(() ->
                jobs(batch, "SUCCEEDED").size() == 3 && jobs(soon, "SUCCEEDED").size() == 1);
        assertThat(jobs(batch, "RUNNING")).containsExactly(living.job());
        assertThat(crashes(living.job())).isZero();
        assertThat(jobs(later, "SCHEDULED")).hasSize(1);
        assertThat(outcomes(batch)).containsExactly("LOST", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED");
        assertThat(leaseStands()).isTrue();
        settling.handBack(living);
        api.act("/batches/" + later + "/cancel");
        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
    }

    private Claim claim(JobId job, Duration lease) {
        InstanceId neighbour = InstanceId.create();
        instances.register(neighbour, "there", 1, 1, lease);
        return claims.take(List.of(job), neighbour, Claims.ANY_CRASHES).get(0);
    }

    private String scheduled(String in) {
        OffsetDateTime at = jdbc.sql("select now() + :in::interval")
                .param("in", in)
                .query(OffsetDateTime.class)
                .single();
        return accepted(api.post(
                "/batches",
                "{\"options\": {\"scheduledAt\": \"" + at + "\"," + Gate.OPTIONS.substring(1) + ", \"documents\": ["
                        + document("a.txt", sentence()) + "]}"));
    }

    private List<JobId> jobs(String batch, String state) {
        return jdbc.sql("select id from job where batch_id = :batch and state = :state order by seq")
                .param("batch", UUID.fromString(batch))
                .param("state", state)
                .query((row, n) -> new JobId(row.getObject(1, UUID.class)))
                .list();
    }

    private int crashes(JobId job) {
        return jdbc.sql("select crashes from job where id = :id")
                .param("id", job.value())
                .query(Integer.class)
                .single();
    }

    private List<String> outcomes(String batch) {
        return jdbc.sql("""
                        select outcome from ended_attempt a join job j on j.id = a.job_id
                         where j.batch_id = :batch and outcome is not null order by outcome
                        """)
                .param("batch", UUID.fromString(batch))
                .query(String.class)
                .list();
    }

    /** Of the instance whose clock is wrong: the only one that has succeeded in anything. */
    private boolean leaseStands() {
        return jdbc.sql("""
                        select bool_and(lease_until between now() and now() + interval '1 minute')
                          from worker_instance
                         where id in (select instance from ended_attempt where outcome = 'SUCCEEDED')
                        """).query(Boolean.class).single();
    }

    private static void soon(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
