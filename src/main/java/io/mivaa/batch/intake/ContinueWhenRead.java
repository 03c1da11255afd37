package io.mivaa.batch.intake;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.stereotype.Component;

/**
 * Sends {@code 100 Continue} when the body is first read, not as soon as the headers are in. A client that sends {@code
 * Expect: 100-continue} before a body of two gigabytes therefore receives a refusal first.
 */
@Component
final class ContinueWhenRead implements TomcatProtocolHandlerCustomizer<AbstractHttp11Protocol<?>> {

    @Override
    public void customize(AbstractHttp11Protocol<?> protocol) {
        protocol.setContinueResponseTiming("onRead");
    }
}
