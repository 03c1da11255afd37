package io.mivaa.batch.intake;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.stereotype.Component;

/**
 * Answers {@code Expect: 100-continue} when a body is first read, not at once: a client that asks before it sends two
 * gigabytes is told of a refusal instead.
 */
@Component
final class ContinueWhenRead implements TomcatProtocolHandlerCustomizer<AbstractHttp11Protocol<?>> {

    @Override
    public void customize(AbstractHttp11Protocol<?> protocol) {
        protocol.setContinueResponseTiming("onRead");
    }
}
