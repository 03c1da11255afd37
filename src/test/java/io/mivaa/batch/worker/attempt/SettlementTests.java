package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class SettlementTests {

    private static final Stores stores = new Stores();

    private final Claim claim = stores.claim(stores.accept("one").queued().get(0));
    private final AtomicInteger waits = new AtomicInteger();
    private final Settlement settlement = new Settlement(claim, stores.settling(), new CountDownLatch(1) {
        @Override
        public boolean await(long timeout, TimeUnit unit) {
            waits.incrementAndGet();
            return false;
        }
    });

    @Test
    void isDoneWithTheFirstTryWhenAllIsWell() {
        assertThat(settlement.once(this::handBack)).isTrue();

        assertThat(waits).hasValue(0);
        assertThat(stores.job(claim.job()).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void saysWhatTheTransactionSays() {
        assertThat(settlement.once(() -> false)).isFalse();
    }

    @Test
    void triesAgainUntilPostgresIsBack() {
        Deque<RuntimeException> outages = new ArrayDeque<>(List.of(
                new DataAccessResourceFailureException("refused"),
                new CannotAcquireLockException("deadlock"),
                new RecoverableDataAccessException("again"),
                new CannotCreateTransactionException("no connection"),
                new TransactionSystemException("no rollback")));

        assertThat(settlement.once(afterwards(outages, this::handBack))).isTrue();

        assertThat(waits).hasValue(5);
        assertThat(stores.job(claim.job()).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void recognisesItsOwnCommitWhoseAnswerGotLost() {
        AtomicInteger tries = new AtomicInteger();

        boolean done = settlement.once(() -> {
            boolean settled = handBack();
            if (tries.incrementAndGet() == 1) {
                throw new DataAccessResourceFailureException("connection reset during commit");
            }
            return settled;
        });

        assertThat(done).isTrue();
        assertThat(tries).hasValue(1);
        assertThat(waits).hasValue(1);
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, claim.job())).hasSize(1);
    }

    @Test
    void triesAgainWhenPostgresGoesAwayWhileItAsksWhetherItIsDone() {
        Deque<RuntimeException> outages = new ArrayDeque<>(List.of(
                new DataAccessResourceFailureException("reset"), new DataAccessResourceFailureException("refused")));

        assertThat(settlement.once(() -> {
                    if (!outages.isEmpty()) {
                        if (outages.size() == 2) {
                            handBack();
                        }
                        throw outages.pop();
                    }
                    return handBack();
                }))
                .isTrue();

        assertThat(waits).hasValue(2);
    }

    @Test
    void letsALostClaimPass() {
        stores.cancellation().cancel(Stores.WORKSPACE, claim.job());

        assertThatThrownBy(() -> settlement.once(this::handBack)).isInstanceOf(ClaimLost.class);

        assertThat(waits).hasValue(0);
    }

    @Test
    void letsAClaimPassThatSomebodyElseTookDuringTheOutage() {
        Deque<RuntimeException> outages = new ArrayDeque<>(List.of(new DataAccessResourceFailureException("refused")));
        Supplier<Boolean> late = afterwards(outages, () -> {
            stores.cancellation().cancel(Stores.WORKSPACE, claim.job());
            return handBack();
        });

        assertThatThrownBy(() -> settlement.once(late)).isInstanceOf(ClaimLost.class);

        assertThat(waits).hasValue(1);
    }

    @Test
    void givesUpWhenTheInstanceStops() {
        Settlement stopped = new Settlement(claim, stores.settling(), new CountDownLatch(0));

        assertThatThrownBy(() -> stopped.once(() -> {
                    throw new DataAccessResourceFailureException("refused");
                }))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void givesUpWhenItsThreadIsInterrupted() {
        Settlement interrupted = new Settlement(claim, stores.settling(), new CountDownLatch(1));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> interrupted.once(() -> {
                    throw new DataAccessResourceFailureException("refused");
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void letsPassWhatTheJobIsToBlameFor() {
        assertThatThrownBy(() -> settlement.once(() -> {
                    throw new DataIntegrityViolationException("a null byte");
                }))
                .isInstanceOf(DataIntegrityViolationException.class);

        assertThat(waits).hasValue(0);
    }

    private boolean handBack() {
        stores.settling().handBack(claim);
        return true;
    }

    private static Supplier<Boolean> afterwards(Deque<RuntimeException> outages, Supplier<Boolean> then) {
        return () -> {
            if (!outages.isEmpty()) {
                throw outages.pop();
            }
            return then.get();
        };
    }
}
