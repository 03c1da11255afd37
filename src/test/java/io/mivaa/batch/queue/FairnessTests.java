package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is next: nobody waits for another's flood. */
class FairnessTests extends QueueFixture {

    private final Map<JobId, Workspace> owners = new HashMap<>();

    @Test
    void servesABatchOfTenWithinTwentyFiveTakesThoughAHundredThousandWait() {
        push(Stores.WORKSPACE, 100_000);
        List<JobId> ten = push(Stores.WORKSPACE, 10);

        List<JobId> taken = new ArrayList<>();
        for (int take = 0; take < 25; take++) {
            taken.addAll(queue.take(1));
        }

        assertThat(taken).containsAll(ten);
        System.out.printf(
                "Behind 100,000 jobs of another batch, the last of ten was dispatched as number %d%n",
                taken.indexOf(ten.get(9)) + 1);
    }

    @Test
    void letsWorkspacesTakeTurnsHoweverManyBatchesEachHas() {
        Workspace greedy = new Workspace("greedy");
        Workspace modest = new Workspace("modest");
        for (int i = 0; i < 20; i++) {
            push(greedy, 50);
        }
        push(modest, 40);

        List<JobId> taken = queue.take(60);

        assertThat(taken.stream().map(owners::get).filter(modest::equals)).hasSize(30);
    }

    @Test
    void servesANewWorkspaceWithinOneTurnOfTheOthers() {
        for (int i = 0; i < 5; i++) {
            push(new Workspace("w" + i), 100);
        }
        queue.take(77);
        Workspace late = new Workspace("late");

        push(late, 1);

        assertThat(queue.take(6).stream().map(owners::get)).contains(late);
    }

    @Test
    void forgetsAWorkspaceThatHasRunDry() {
        push(new Workspace("one"), 2);
        push(new Workspace("two"), 2);

        assertThat(queue.take(10)).hasSize(4);

        assertThat(redis.template().keys("*ring*")).isEmpty();
    }

    @Test
    void letsTheLowestPriorityGoOnUnderAFlood() {
        for (Priority priority : Priority.values()) {
            push(Stores.WORKSPACE, priority, 2_000);
        }
        List<JobId> low = push(Stores.WORKSPACE, Priority.LOW, 5);

        assertThat(queue.take(200)).containsAll(low);
    }

    @Test
    void foretellsTheJobsOfAWorkspaceAmongTheTurnsOfOthers() {
        Workspace modest = new Workspace("modest");
        push(Stores.WORKSPACE, Priority.CRITICAL, 30);
        push(Stores.WORKSPACE, 100);
        push(Stores.WORKSPACE, 1);
        push(modest, Priority.LOW, 4);
        push(modest, 20);
        push(modest, Priority.HIGH, 9);
        queue.take(7);

        List<JobId> foretold = lists.peek(modest, 12);

        assertThat(lists.peek(modest, 12)).isEqualTo(foretold);
        assertThat(queue.take(200).stream()
                        .filter(job -> modest.equals(owners.get(job)))
                        .limit(12))
                .containsExactlyElementsOf(foretold);
        assertThat(lists.peek(modest, 12)).isEmpty();
    }

    @Test
    void looksNoFurtherAheadThanItsBound() {
        push(Stores.WORKSPACE, Priority.CRITICAL, 20_000);
        push(new Workspace("modest"), Priority.LOW, 1_000);

        assertThat(lists.peek(new Workspace("modest"), 1_000)).hasSizeBetween(200, 250);
    }

    @Test
    void pushesNoMoreHintsThanMayRunAtATime() {
        Lane lane = new Lane(Stores.WORKSPACE, BatchId.create(), Priority.HIGH, 3);
        List<JobId> jobs = Stream.generate(JobId::create).limit(10).toList();

        queue.push(lane, jobs);

        assertThat(queue.take(10)).containsExactlyElementsOf(jobs.subList(0, 3));
    }

    @Test
    void givesABatchItsPlaceBackWhenTheRingsWereLost() {
        List<JobId> jobs = push(Stores.WORKSPACE, 3);
        Lane lane = lanes.get(0);
        redis.template().delete(redis.template().keys("*ring*"));
        assertThat(lists.held(List.of(lane))).containsExactly(new HintLists.Held(3, false));
        assertThat(queue.take(3)).isEmpty();

        queue.seat(lane);

        assertThat(lists.held(List.of(lane))).containsExactly(new HintLists.Held(3, true));
        assertThat(queue.take(3)).containsExactlyElementsOf(jobs);
    }

    private final List<Lane> lanes = new ArrayList<>();

    private List<JobId> push(Workspace workspace, int count) {
        return push(workspace, Priority.NORMAL, count);
    }

    private List<JobId> push(Workspace workspace, Priority priority, int count) {
        Lane lane = new Lane(workspace, BatchId.create(), priority, null);
        List<JobId> jobs = Stream.generate(JobId::create).limit(count).toList();
        queue.push(lane, jobs);
        lanes.add(lane);
        jobs.forEach(job -> owners.put(job, workspace));
        return jobs;
    }
}
