package io.mivaa.batch.queue;

import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import org.junit.jupiter.api.BeforeEach;

/** The queue on an empty Redis. All tests of a JVM share the connection, which stays open until the JVM ends. */
abstract class QueueFixture {

    static final RedisAccess redis = new RedisAccess(RealServers.redisUri());

    final QueueParts parts = QueueParts.on(redis, JobQueueTests.SETTINGS);
    final JobQueue queue = parts.queue();
    final HintLists lists = parts.lists();

    @BeforeEach
    void empty() {
        redis.flush();
    }
}
