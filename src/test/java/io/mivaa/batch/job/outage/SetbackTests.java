package io.mivaa.batch.job.outage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

class SetbackTests {

    private final Logger log = (Logger) LoggerFactory.getLogger(SetbackTests.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Setback setback = new Setback(log);

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(lines);
    }

    @Test
    void logsAFailureOnceUntilAPassSucceeds() {
        setback.failed("Hints stay as they are", new DataIntegrityViolationException("refused"));
        setback.failed("Hints stay as they are", new DataIntegrityViolationException("refused"));
        assertThat(warnings()).containsExactly("Hints stay as they are; every pass tries again");

        setback.over();
        setback.failed("Hints stay as they are", new DataIntegrityViolationException("refused"));

        assertThat(warnings()).hasSize(2);
    }

    @Test
    void leavesItToOthersToSayThatAServerIsAway() {
        for (RuntimeException away : List.of(
                new DataAccessResourceFailureException("away"),
                new QueryTimeoutException("slow"),
                new RecoverableDataAccessException("again"),
                new CannotCreateTransactionException("no connection"))) {
            setback.failed("Hints stay as they are", away);
        }

        assertThat(warnings()).isEmpty();
    }

    private List<String> warnings() {
        return lines.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
