package io.mivaa.batch.access;

import io.mivaa.batch.job.Workspace;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Registers the access filter. Refuses to start a service that would be open to other machines. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class AccessConfiguration {

    /** After the filter of request ids, because a refusal has one too, and before all other filters. */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Workspace.class);
    }

    @Bean
    ApiKeys apiKeys(AccessSettings settings, Environment environment) {
        ApiKeys keys = new ApiKeys(settings.keys());
        if (keys.isEmpty()) {
            requireLoopback(environment);
        }
        return keys;
    }

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(
            ApiKeys keys, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        var registration = new FilterRegistrationBean<>(new AccessFilter(keys, problems));
        registration.setOrder(ORDER);
        return registration;
    }

    @Bean
    WebMvcConfigurer workspaceArgument() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new WorkspaceArgument());
            }
        };
    }

    /** Hides keys from the actuator, even when it is configured to show values. */
    @Bean
    SanitizingFunction withoutApiKeys() {
        return data -> data.getKey()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]", "")
                        .startsWith("mivaaaccess")
                ? data.withSanitizedValue()
                : data;
    }

    private static void requireLoopback(Environment environment) {
        Binder binder = Binder.get(environment);
        requireLoopback("server.address", address(binder, "server.address"));
        // Without it the management server uses the address of the server, even on another port.
        @Nullable InetAddress management = address(binder, "management.server.address");
        if (management != null) {
            requireLoopback("management.server.address", management);
        }
    }

    private static @Nullable InetAddress address(Binder binder, String property) {
        return binder.bind(property, InetAddress.class).orElse(null);
    }

    private static void requireLoopback(String property, @Nullable InetAddress address) {
        if (address == null || !address.isLoopbackAddress()) {
            throw new UnsafeAccess(
                    "There are no API keys, and " + property + " is "
                            + (address == null ? "not set" : address.getHostAddress())
                            + ": anyone who can reach this machine could read and delete all data.",
                    "Set a key of at least " + ApiKeys.MIN_LENGTH + " characters for each workspace in the environment:"
                            + " MIVAA_ACCESS_KEYS_ACME=<key> for a workspace named acme. Or serve only this machine"
                            + " with " + property + "=127.0.0.1.");
        }
    }
}
