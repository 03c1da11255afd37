package io.mivaa.batch.queue;

import io.mivaa.batch.job.Backlog;
import io.mivaa.batch.job.Hint;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Queues jobs whose time has come: retries and scheduled ones are rows with a time, never sleeping threads. */
@Component
class Promoter {

    private static final Logger log = LoggerFactory.getLogger(Promoter.class);

    private static final int MAX = 500;

    private final Backlog backlog;
    private final JobQueue queue;

    Promoter(Backlog backlog, JobQueue queue) {
        this.backlog = backlog;
        this.queue = queue;
    }

    @Scheduled(fixedDelayString = "${mivaa.queue.promote-every:250ms}")
    void promoteQuietly() {
        try {
            promote();
        } catch (DataAccessException | org.springframework.transaction.TransactionException e) {
            log.debug("Due jobs wait for the next pass: {}", e.toString());
        }
    }

    /** One pass. The promotion is committed before the push; a push that fails is made up for by the reconciler. */
    void promote() {
        List<Hint> due;
        do {
            due = backlog.promoteDue(MAX);
            queue.push(due);
        } while (due.size() == MAX);
    }
}
