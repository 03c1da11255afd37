package io.mivaa.batch.access;

import java.util.Objects;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The same door for a {@code management.server.port} of its own: that server has a context of its own, below ours,
 * which takes no filters from it. Named in META-INF/spring; the condition keeps it out of ours, where scanning finds
 * it too.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(ManagementAccess.BelowAnother.class)
class ManagementAccess {

    @Bean
    FilterRegistrationBean<AccessFilter> managementAccessFilter(FilterRegistrationBean<AccessFilter> accessFilter) {
        var registration = new FilterRegistrationBean<>(Objects.requireNonNull(accessFilter.getFilter()));
        registration.setOrder(AccessConfiguration.ORDER);
        return registration;
    }

    static final class BelowAnother implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getBeanFactory() != null && context.getBeanFactory().getParentBeanFactory() != null;
        }
    }
}
