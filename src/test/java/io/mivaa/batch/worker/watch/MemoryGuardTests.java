package io.mivaa.batch.worker.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class MemoryGuardTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger percent = new AtomicInteger();
    private final AtomicInteger afterCollection = new AtomicInteger(-1);
    private final AtomicInteger collections = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final MemoryGuard guard =
            new MemoryGuard(0.85, () -> percent.get() / 100.0, this::collect, nanos::get, meters);

    private void collect() {
        collections.incrementAndGet();
        if (afterCollection.get() >= 0) {
            percent.set(afterCollection.get());
        }
    }

    @Test
    void allowsEverythingBelowTheMark() {
        percent.set(84);

        assertThat(guard.allow(50, 0)).isEqualTo(50);
        assertThat(guard.allow(3, 7)).isEqualTo(3);
        assertThat(meters.get("mivaa.memory.guard").gauge().value()).isZero();
        assertThat(collections).hasValue(0);
    }

    @Test
    void allowsOneAtATimeFromTheMarkOn(CapturedOutput output) {
        percent.set(85);

        assertThat(guard.allow(50, 3)).isZero();
        assertThat(guard.allow(50, 1)).isZero();
        assertThat(guard.allow(50, 0)).isEqualTo(1);
        assertThat(meters.get("mivaa.memory.guard").gauge().value()).isEqualTo(1);
        assertThat(meters.get("mivaa.memory.guard.engagements").counter().count())
                .isEqualTo(1);
        assertThat(output).containsOnlyOnce("run one at a time");

        percent.set(10);
        assertThat(guard.allow(50, 0)).isEqualTo(50);
        assertThat(guard.allow(50, 0)).isEqualTo(50);
        assertThat(meters.get("mivaa.memory.guard").gauge().value()).isZero();
        assertThat(output).containsOnlyOnce("has room again");
    }

    @Test
    void looksAgainAfterACollectionButNotOftenerThanEveryTenSeconds() {
        percent.set(95);

        guard.allow(5, 0);
        guard.allow(5, 0);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10) - 1);
        assertThat(guard.allow(5, 0)).isEqualTo(1);
        assertThat(collections).hasValue(1);

        afterCollection.set(40);
        nanos.incrementAndGet();
        assertThat(guard.allow(5, 0)).isEqualTo(5);
        assertThat(collections).hasValue(2);
    }

    @Test
    void readsTheOldGenerationOfThisProcess() {
        List<MemoryPoolMXBean> old = MemoryGuard.oldGenerations(ManagementFactory.getMemoryPoolMXBeans());

        assertThat(old).hasSize(1);
        assertThat(old.get(0).getName()).containsAnyOf("Old Gen", "Tenured Gen");
        System.gc();
        assertThat(MemoryGuard.fullest(old)).isBetween(0.000_001, 0.999);
        assertThat(MemoryGuard.ofThisProcess(1, meters).allow(4, 0)).isEqualTo(4);
        assertThat(MemoryGuard.ofThisProcess(1e-9, meters).allow(4, 0)).isEqualTo(1);
    }

    /** One that knows nothing of collections would answer null. */
    @Test
    void readsOnlyPoolsOfTheHeapThatKnowWhatSurvivedACollection() {
        MemoryPoolMXBean old = memoryPool(MemoryType.HEAP, true, true);

        assertThat(MemoryGuard.oldGenerations(List.of(
                        memoryPool(MemoryType.NON_HEAP, true, true),
                        memoryPool(MemoryType.HEAP, false, true),
                        memoryPool(MemoryType.HEAP, true, false),
                        old)))
                .singleElement()
                .isSameAs(old);
    }

    private static MemoryPoolMXBean memoryPool(MemoryType type, boolean usage, boolean collectionUsage) {
        Map<String, Object> answers = Map.of(
                "getType", type,
                "isUsageThresholdSupported", usage,
                "isCollectionUsageThresholdSupported", collectionUsage,
                "toString", type + " " + usage + " " + collectionUsage);
        return (MemoryPoolMXBean) Proxy.newProxyInstance(
                MemoryGuardTests.class.getClassLoader(),
                new Class<?>[] {MemoryPoolMXBean.class},
                (pool, method, arguments) -> answers.get(method.getName()));
    }

    @Test
    void readsNothingWhereNoLimitOrNoPoolIsKnown() {
        assertThat(MemoryGuard.share(new MemoryUsage(0, 5, 10, -1))).isZero();
        assertThat(MemoryGuard.share(new MemoryUsage(0, 5, 10, 20))).isEqualTo(0.25);
        assertThat(MemoryGuard.fullest(List.of())).isZero();
    }
}
