package io.mivaa.batch.pipeline.embed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads a response body up to a length. A longer body closes the connection instead of filling the memory. */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final int most;
    private final boolean cutting;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private @Nullable Subscription subscription;

    /** The body is longer than allowed. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private BoundedBody(int most, boolean cutting) {
        this.most = most;
        this.cutting = cutting;
    }

    /** Requires the whole body; a longer one fails with {@link TooLong}. */
    static BoundedBody whole(int most) {
        return new BoundedBody(most, false);
    }

    /** Truncates a longer body. */
    static BoundedBody beginning(int most) {
        return new BoundedBody(most, true);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] part = new byte[Math.min(buffer.remaining(), most - bytes.size())];
            boolean more = buffer.remaining() > part.length;
            buffer.get(part);
            bytes.writeBytes(part);
            if (more) {
                stop();
                return;
            }
        }
    }

    private void stop() {
        if (subscription != null) {
            subscription.cancel();
        }
        if (cutting) {
            body.complete(bytes.toByteArray());
        } else {
            body.completeExceptionally(new TooLong());
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(bytes.toByteArray());
    }
}
