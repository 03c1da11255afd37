package io.mivaa.batch.worker.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits claims before the heap is full: above the high-water mark jobs run one at a time. While nothing runs, one job
 * is always allowed, so even a high reading never stops the work for good. Used by the dispatcher thread.
 */
public final class MemoryGuard {

    private static final Logger log = LoggerFactory.getLogger(MemoryGuard.class);

    private static final long ASK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final double highWater;
    private final DoubleSupplier reading;
    private final Runnable collect;
    private final LongSupplier nanoTime;
    private final Counter engagements;

    private volatile boolean engaged;
    private long asked;

    /**
     * A guard with a reading of its own.
     *
     * @param highWater share of the old generation, 0 to 1
     * @param reading the share that was in use after a collection
     * @param collect asks for a collection
     */
    MemoryGuard(
            double highWater, DoubleSupplier reading, Runnable collect, LongSupplier nanoTime, MeterRegistry meters) {
        this.highWater = highWater;
        this.reading = reading;
        this.collect = collect;
        this.nanoTime = nanoTime;
        this.asked = nanoTime.getAsLong() - ASK_EVERY_NANOS;
        this.engagements = Counter.builder("mivaa.memory.guard.engagements")
                .description("How often the memory guard began to limit claims")
                .register(meters);
        meters.gauge("mivaa.memory.guard", this, guard -> guard.engaged ? 1 : 0);
    }

    /** A guard of this process's heap. */
    public static MemoryGuard ofThisProcess(double highWater, MeterRegistry meters) {
        List<MemoryPoolMXBean> old = oldGenerations(ManagementFactory.getMemoryPoolMXBeans());
        return new MemoryGuard(highWater, () -> fullest(old), System::gc, System::nanoTime, meters);
    }

    /**
     * How many jobs may be claimed.
     *
     * @param wanted at least 1
     * @param running how many this instance runs
     */
    public int allow(int wanted, int running) {
        boolean full = reading.getAsDouble() >= highWater;
        if (full && running == 0 && nanoTime.getAsLong() - asked >= ASK_EVERY_NANOS) {
            // The reading is as old as the last collection of the old generation, which may be long ago.
            asked = nanoTime.getAsLong();
            collect.run();
            full = reading.getAsDouble() >= highWater;
        }
        report(full);
        return full ? (running == 0 ? 1 : 0) : wanted;
    }

    private void report(boolean full) {
        if (full == engaged) {
            return;
        }
        engaged = full;
        if (full) {
            engagements.increment();
            log.warn("The heap is nearly full after a collection: jobs run one at a time");
        } else {
            log.info("The heap has room again");
        }
    }

    /** The heap pools with a usage threshold: the old generation of Serial, Parallel and G1, the only one of ZGC. */
    static List<MemoryPoolMXBean> oldGenerations(List<MemoryPoolMXBean> pools) {
        return pools.stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP
                        && pool.isUsageThresholdSupported()
                        && pool.isCollectionUsageThresholdSupported())
                .toList();
    }

    /** The share that survived the last collection, or the present one if that is smaller. */
    static double fullest(List<MemoryPoolMXBean> pools) {
        return pools.stream()
                .mapToDouble(pool -> Math.min(share(pool.getCollectionUsage()), share(pool.getUsage())))
                .max()
                .orElse(0);
    }

    static double share(MemoryUsage usage) {
        return usage.getMax() > 0 ? (double) usage.getUsed() / usage.getMax() : 0;
    }
}
