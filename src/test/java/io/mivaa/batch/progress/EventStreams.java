package io.mivaa.batch.progress;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.testkit.Listening;
import io.mivaa.batch.testkit.Listening.Told;
import java.net.URI;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A running service whose streams are listened to. */
abstract class EventStreams extends RunningService {

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MeterRegistry meters;

    @LocalServerPort
    int port;

    Listening listen(String path, @Nullable String lastEventId) {
        return Listening.to(URI.create("http://127.0.0.1:" + port + "/api/v1" + path), lastEventId);
    }

    String positionNow() {
        try (Listening listening = listen("/events", null)) {
            return String.valueOf(listening.first().id());
        }
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    static Predicate<Told> finished(String batch) {
        return told -> told.event().equals("batch")
                && told.data().path("id").asString().equals(batch)
                && told.data().path("terminal").asBoolean();
    }

    /** What stands in the database, in the order of one batch's changes. */
    List<String> recorded(String batch) {
        return jdbc.sql("""
                        select coalesce(job_id, batch_id) || ' ' || state from event
                         where batch_id = :batch::uuid order by id
                        """).param("batch", batch).query(String.class).list();
    }
}
