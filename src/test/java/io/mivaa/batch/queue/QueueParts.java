package io.mivaa.batch.queue;

import io.mivaa.batch.testkit.RedisAccess;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The queue on one Redis, wired as in the service. */
record QueueParts(RedisAvailability redis, JobQueue queue, HintLists lists) {

    static QueueParts on(RedisAccess redis, QueueSettings settings) {
        return on(redis.template(), settings);
    }

    static QueueParts on(StringRedisTemplate template, QueueSettings settings) {
        var redis = new RedisAvailability(template, settings);
        return new QueueParts(redis, new JobQueue(template, redis, settings), new HintLists(template, redis, settings));
    }
}
