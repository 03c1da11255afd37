package io.mivaa.batch.queue;

import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Takeover;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** The queue module without a clock: its passes are run by hand. */
public final class HandDrivenQueue {

    private final ApplicationContext context;
    private Reconciler reconciler;

    /** For a context that has the stores, a registry of meters and a Redis. */
    @ComponentScan(
            basePackageClasses = JobQueue.class,
            excludeFilters =
                    @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = QueueConfiguration.class))
    @ConfigurationPropertiesScan(basePackageClasses = JobQueue.class)
    public static class Wiring {}

    public HandDrivenQueue(ApplicationContext context) {
        this.context = context;
        this.reconciler = reconciler();
    }

    public HintSource hints() {
        return context.getBean(HintSource.class);
    }

    /** A new life: what the former passes have seen is forgotten. */
    public void begin() {
        reconciler = reconciler();
    }

    private Reconciler reconciler() {
        return new Reconciler(
                context.getBean(Backlog.class),
                context.getBean(Takeover.class),
                context.getBean(Cancellation.class),
                context.getBean(JobQueue.class),
                context.getBean(HintLists.class),
                context.getBean(QueueSettings.class),
                context.getBean(MeterRegistry.class));
    }

    /** One pass of the reconciler. */
    public void reconcile() {
        reconciler.reconcileOnSchedule();
    }

    /** One pass of the promoter. */
    public void promote() {
        context.getBean(Promoter.class).promoteOnSchedule();
    }
}
