package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.RealServers;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class JobStateTests {

    @Test
    void isTheStateMachineOfTheDesign() {
        assertThat(JobState.SCHEDULED.successors())
                .containsExactlyInAnyOrder(JobState.QUEUED, JobState.DEAD, JobState.CANCELLED);
        assertThat(JobState.QUEUED.successors()).containsExactlyInAnyOrder(JobState.RUNNING, JobState.CANCELLED);
        assertThat(JobState.RUNNING.successors())
                .containsExactlyInAnyOrder(
                        JobState.SUCCEEDED, JobState.RETRYING, JobState.DEAD, JobState.QUEUED, JobState.CANCELLED);
        assertThat(JobState.RETRYING.successors()).containsExactlyInAnyOrder(JobState.QUEUED, JobState.CANCELLED);
        assertThat(JobState.DEAD.successors()).containsExactly(JobState.QUEUED);
        assertThat(JobState.SUCCEEDED.successors()).isEmpty();
        assertThat(JobState.CANCELLED.successors()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void leavesAFinalStateOnlyByReplay(JobState state) {
        assertThat(state.terminal())
                .isEqualTo(EnumSet.of(JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED)
                        .contains(state));
        assertThat(state.mayBecome(JobState.CANCELLED)).isEqualTo(!state.terminal());
    }

    @Test
    void agreesWithTheConstraintsOfTheDatabase() {
        JdbcClient jdbc = JdbcClient.create(RealServers.freshDatabase());

        assertThat(constraint(jdbc, "job", "state")).isEqualTo(names(JobState.values()));
        assertThat(constraint(jdbc, "job", "stage")).isEqualTo(names(JobStage.values()));
        assertThat(constraint(jdbc, "job", "error_class")).isEqualTo(names(FailureClass.values()));
        assertThat(constraint(jdbc, "batch", "state")).isEqualTo(names(BatchState.values()));
        assertThat(constraint(jdbc, "batch", "priority")).isEqualTo(names(Priority.values()));
    }

    /** The words that the check constraint on just this column allows. */
    private static Set<String> constraint(JdbcClient jdbc, String table, String column) {
        String check = jdbc.sql("select pg_get_constraintdef(oid) from pg_constraint where conname = :name")
                .param("name", table + "_" + column + "_check")
                .query(String.class)
                .single();
        return Pattern.compile("'([A-Z_]+)'")
                .matcher(check)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
