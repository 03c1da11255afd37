package io.mivaa.batch.testkit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.job.waiting.Promotion;
import io.mivaa.batch.job.waiting.Takeover;
import io.mivaa.batch.queue.HintLists;
import io.mivaa.batch.queue.HintSource;
import io.mivaa.batch.queue.JobQueue;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.env.MapPropertySource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The whole queue module on real stores and a real Redis, with its promoter and reconciler at work. */
public final class Queues implements AutoCloseable {

    private final RedisAccess redis;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    @ComponentScan(basePackageClasses = JobQueue.class)
    @ConfigurationPropertiesScan(basePackageClasses = JobQueue.class)
    static class Wiring {}

    /** @param settings name after {@code mivaa.queue.} and value, in turn */
    public Queues(Stores stores, String redisUri, String... settings) {
        this.redis = new RedisAccess(redisUri);
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put("mivaa.queue." + settings[i], settings[i + 1]);
        }
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        context.registerBean(StringRedisTemplate.class, redis::template);
        context.registerBean(Backlog.class, stores::backlog);
        context.registerBean(Cancellation.class, stores::cancellation);
        context.registerBean(Depths.class, stores::depths);
        context.registerBean(Promotion.class, stores::promotion);
        context.registerBean(Takeover.class, stores::takeover);
        context.registerBean(MeterRegistry.class, () -> new SimpleMeterRegistry());
        context.register(Wiring.class);
        context.refresh();
    }

    public JobQueue queue() {
        return context.getBean(JobQueue.class);
    }

    public HintLists lists() {
        return context.getBean(HintLists.class);
    }

    public HintSource hintSource() {
        return context.getBean(HintSource.class);
    }

    /** Whether Redis is there. */
    public boolean answers() {
        try {
            return redis.template().hasKey("anything") != null;
        } catch (DataAccessException e) {
            return false;
        }
    }

    @Override
    public void close() {
        context.close();
        redis.close();
    }
}
