package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.OwnRedis;
import io.mivaa.batch.testkit.RedisAccess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class EvictionWarningTests {

    @Test
    void namesTheSettingOnceAndOnlyWhereHintsMayBeEvicted(@TempDir Path folder, CapturedOutput output) {
        try (var redis = new OwnRedis(folder);
                var access = new RedisAccess(redis.uri())) {
            redis.say("CONFIG SET maxmemory-policy allkeys-lru");
            new EvictionWarning(access.template()).lookOnce();
            redis.say("CONFIG SET maxmemory-policy noeviction");
            redis.say("CONFIG SET maxmemory 100mb");
            new EvictionWarning(access.template()).lookOnce();
            assertThat(output).doesNotContain("maxmemory-policy");

            redis.say("CONFIG SET maxmemory-policy allkeys-lru");
            EvictionWarning warning = new EvictionWarning(access.template());
            warning.lookOnce();
            warning.lookOnce();

            assertThat(output.getAll().lines().filter(line -> line.contains("maxmemory-policy")))
                    .singleElement()
                    .asString()
                    .contains("WARN", "maxmemory 104857600", "maxmemory-policy allkeys-lru", "noeviction");
        }
    }

    @Test
    void waitsForARedisThatIsAwayAtTheStart(@TempDir Path folder, CapturedOutput output) {
        try (var redis = new OwnRedis(folder);
                var access = new RedisAccess(redis.uri())) {
            EvictionWarning warning = new EvictionWarning(access.template());
            redis.stop();
            warning.lookOnce();
            redis.startAgain();
            redis.say("CONFIG SET maxmemory-policy volatile-ttl");
            redis.say("CONFIG SET maxmemory 100mb");

            warning.lookOnce();

            assertThat(output).contains("maxmemory-policy volatile-ttl");
        }
    }
}
