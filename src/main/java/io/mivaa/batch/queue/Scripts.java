package io.mivaa.batch.queue;

import io.mivaa.batch.job.JobId;
import java.util.List;
import java.util.UUID;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.RedisScript;

/** The Lua scripts of the queue. A comment in each describes its keys, arguments and result. */
@SuppressWarnings("rawtypes")
final class Scripts {

    static final RedisScript<Long> PUSH = script("push", Long.class);
    static final RedisScript<Long> DROP = script("drop", Long.class);
    static final RedisScript<List> TAKE = script("take", List.class);
    static final RedisScript<List> HELD = script("held", List.class);

    private Scripts() {}

    private static <T> RedisScript<T> script(String name, Class<T> type) {
        return RedisScript.of(new ClassPathResource("lua/" + name + ".lua"), type);
    }

    static List<JobId> jobs(List<?> ids) {
        return ids.stream().map(id -> new JobId(UUID.fromString((String) id))).toList();
    }
}
