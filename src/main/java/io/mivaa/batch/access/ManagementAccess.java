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
 * Registers the access filter for a separate {@code management.server.port}. The management server has a child context,
 * which does not inherit filters. This class is listed in META-INF/spring; component scanning finds it for the main
 * context too, where the condition leaves it out.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(ManagementAccess.IsChild.class)
class ManagementAccess {

    @Bean
    FilterRegistrationBean<AccessFilter> managementAccessFilter(FilterRegistrationBean<AccessFilter> accessFilter) {
        var registration = new FilterRegistrationBean<>(Objects.requireNonNull(accessFilter.getFilter()));
        registration.setOrder(AccessConfiguration.ORDER);
        return registration;
    }

    static final class IsChild implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getBeanFactory() != null && context.getBeanFactory().getParentBeanFactory() != null;
        }
    }
}
