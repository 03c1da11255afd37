package io.mivaa.batch.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves the files of the page with security headers of their own. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class DashboardConfiguration {

    @Bean
    FilterRegistrationBean<PageHeaders> pageHeaders() {
        var registration = new FilterRegistrationBean<>(new PageHeaders());
        registration.addUrlPatterns("/", "/index.html", "/dashboard/*", "/webjars/uplot/*");
        return registration;
    }

    @Bean
    WebMvcConfigurer pageFiles(WebProperties web) {
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                String[] locations = web.getResources().getStaticLocations();
                serve(registry, "/index.html", locations);
                serve(registry, "/dashboard/**", dashboards(locations));
                serve(registry, "/webjars/uplot/**", "classpath:/META-INF/resources/webjars/uplot/");
            }
        };
    }

    /**
     * Browsers revalidate each file, and an ETag of its content decides about 304. Modification times cannot: in a
     * reproducible jar all files have the same one.
     */
    private static void serve(ResourceHandlerRegistry registry, String pattern, String... locations) {
        registry.addResourceHandler(pattern)
                .addResourceLocations(locations)
                .setUseLastModified(false)
                .setEtagGenerator(DashboardConfiguration::etag)
                .setCacheControl(CacheControl.noCache());
    }

    private static String[] dashboards(String[] locations) {
        String[] folders = new String[locations.length];
        for (int i = 0; i < folders.length; i++) {
            folders[i] = locations[i] + "dashboard/";
        }
        return folders;
    }

    private static String etag(Resource file) {
        try (InputStream content = file.getInputStream()) {
            return '"' + DigestUtils.md5DigestAsHex(content) + '"';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
