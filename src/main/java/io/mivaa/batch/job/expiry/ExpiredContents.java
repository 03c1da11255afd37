package io.mivaa.batch.job.expiry;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The bytes of documents whose jobs ended long ago and that no worker will read again: succeeded, cancelled, or dead
 * and discarded. Thread-safe.
 */
@Component
final class ExpiredContents implements Expiring {

    private final JdbcClient jdbc;

    ExpiredContents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return "contents";
    }

    @Override
    public Pages olderThan(Duration age) {
        return new InOrderOfCreation(age);
    }

    /** Jobs whose contents must stay are found again by every pass, so a pass remembers how far it has come. */
    private final class InOrderOfCreation implements Pages {

        private final Duration age;
        private @Nullable UUID last;

        InOrderOfCreation(Duration age) {
            this.age = age;
        }

        @Override
        public Page removeNext(int max) {
            List<Content> contents = after(last, max);
            UUID[] expired =
                    contents.stream().filter(Content::expired).map(Content::job).toArray(UUID[]::new);
            int removed = expired.length == 0 ? 0 : remove(expired);
            boolean more = contents.size() == max && contents.stream().anyMatch(Content::createdBefore);
            if (more) {
                last = contents.get(contents.size() - 1).job();
            }
            return new Page(removed, more);
        }

        private List<Content> after(@Nullable UUID job, int max) {
            return jdbc.sql("""
                            select c.job_id, j.created_at < now() - :age * interval '1 millisecond',
                                   j.finished_at < now() - :age * interval '1 millisecond'
                                   and (j.state in ('SUCCEEDED', 'CANCELLED') or j.discarded_at is not null)
                              from document_content c join job j on j.id = c.job_id
                             where c.piece = 0 and (:after::uuid is null or c.job_id > :after)
                             order by c.job_id limit :max
                            """)
                    .param("age", age.toMillis())
                    .param("after", job)
                    .param("max", max)
                    .query((row, n) -> new Content(row.getObject(1, UUID.class), row.getBoolean(2), row.getBoolean(3)))
                    .list();
        }
    }

    /**
     * The content of a job.
     *
     * @param createdBefore whether the job is older than the age; when none of a page is, no later one is either
     */
    private record Content(UUID job, boolean createdBefore, boolean expired) {}

    private int remove(UUID[] jobs) {
        return jdbc.sql("""
                        with chosen as (
                            select job_id, piece from document_content
                             where job_id = any(:jobs) order by job_id, piece for update skip locked),
                        gone as (
                            delete from document_content c using chosen
                             where c.job_id = chosen.job_id and c.piece = chosen.piece
                            returning c.piece)
                        select count(*) from gone where piece = 0
                        """).param("jobs", jobs).query(Integer.class).single();
    }
}
