package io.mivaa.batch.queue;

import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** The queue module without a clock: its passes are run by hand. */
public final class HandDrivenQueue {

    private final ApplicationContext context;

    /** For a context that has the stores, a registry of meters and a Redis. */
    @ComponentScan(
            basePackageClasses = JobQueue.class,
            excludeFilters =
                    @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = QueueConfiguration.class))
    @ConfigurationPropertiesScan(basePackageClasses = JobQueue.class)
    public static class Wiring {}

    public HandDrivenQueue(ApplicationContext context) {
        this.context = context;
    }

    public HintSource hints() {
        return context.getBean(HintSource.class);
    }

    /** One pass of the reconciler. */
    public void reconcile() {
        context.getBean(Reconciler.class).reconcileQuietly();
    }

    /** One pass of the promoter. */
    public void promote() {
        context.getBean(Promoter.class).promoteQuietly();
    }
}
