package io.mivaa.batch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Receiver;
import io.mivaa.batch.testkit.Receiver.Message;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.webhook.Deliveries.Try;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostmanTests {

    private static final Stores stores = DeliveriesTests.stores;
    private static final Deliveries deliveries = new Deliveries(stores.jdbc());

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        receiver.close();
        stores.jdbc().sql("delete from webhook_delivery").update();
    }

    @Test
    void tellsWhatHappenedSigned() {
        started(WebhookSettingsFixture.allowing("127.0.0.1"));

        Delivery delivery = told(receiver.url());

        assertThat(delivery.state()).isEqualTo("DELIVERED");
        assertThat(delivery.status()).isEqualTo(204);
        assertThat(delivery.tries()).isEqualTo(1);
        assertThat(receiver.told()).hasSize(1);
        Message message = receiver.told().get(0);
        assertThat(message.isSignedWith(Receiver.SECRET)).isTrue();
        assertThat(message.id()).isEqualTo(delivery.id().toString());
        assertThat(message.path()).isEqualTo("/hook?token=t");
        assertThat(message.body()).isEqualTo(delivery.payload());
        assertThat(Math.abs(Long.parseLong(message.timestamp())
                        - stores.jdbc()
                                .sql("select extract(epoch from now())::bigint")
                                .query(Long.class)
                                .single()))
                .isLessThan(60);
    }

    @Test
    void triesAgainLaterAndLaterUnderTheSameId() {
        receiver.answers(500).answers(404).answers(302, Map.of("Location", receiver.url()));
        Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"));
        write(receiver.url());
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            stores.jdbc()
                    .sql("update webhook_delivery set due_at = now() where state = 'PENDING'")
                    .update();
            tryNow(postman);
            if (only().state().equals("PENDING")) {
                delays.add(delay());
            }
        }

        assertThat(only().state()).isEqualTo("DELIVERED");
        assertThat(receiver.told()).hasSize(4);
        assertThat(receiver.told().stream().map(Message::id).distinct()).hasSize(1);
        assertThat(receiver.told()).allMatch(message -> message.isSignedWith(Receiver.SECRET));
        assertThat(delays.get(0)).isBetween(3L, 6L);
        assertThat(delays.get(1)).isBetween(14L, 21L);
        // At most a quarter less by chance; without chance it would be 80.
        assertThat(delays.get(2)).isBetween(59L, 78L);
    }

    @Test
    void givesUpAfterItsLastTry() {
        receiver.answers(500).answers(500);
        Postman postman = postman(WebhookSettingsFixture.settings(true, Duration.ofSeconds(2), 2, "127.0.0.1"));
        write(receiver.url());
        tryNow(postman);
        stores.jdbc().sql("update webhook_delivery set due_at = now()").update();
        tryNow(postman);

        assertThat(only().state()).isEqualTo("FAILED");
        assertThat(only().error()).isEqualTo("http-status");
        assertThat(only().status()).isEqualTo(500);

        deliveries.replay(Stores.WORKSPACE, only().id());
        tryNow(postman);

        assertThat(only().state()).isEqualTo("DELIVERED");
    }

    @Test
    void followsNoRedirect() {
        try (Receiver elsewhere = new Receiver()) {
            receiver.answers(307, Map.of("Location", elsewhere.url()));
            Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"));
            write(receiver.url());

            tryNow(postman);

            assertThat(only().status()).isEqualTo(307);
            assertThat(only().state()).isEqualTo("PENDING");
            assertThat(elsewhere.told()).isEmpty();
        }
    }

    @Test
    void stopsWhenTheTargetIsGone() {
        receiver.answers(410);
        Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"));
        write(receiver.url());

        tryNow(postman);

        assertThat(only().state()).isEqualTo("FAILED");
        assertThat(only().tries()).isEqualTo(1);
    }

    @Test
    void waitsAsLongAsTheTargetWants() {
        receiver.answers(429, Map.of("Retry-After", "3000"));
        Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"));
        write(receiver.url());

        tryNow(postman);

        assertThat(delay()).isBetween(2_999L, 3_030L);
    }

    @Test
    void waitsUntilTheTimeThatTheTargetNamesByItsOwnClock() {
        receiver.answers(
                503,
                Map.of(
                        "Retry-After",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(50))));
        Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"));
        write(receiver.url());

        tryNow(postman);

        assertThat(delay()).isBetween(2_970L, 3_030L);
    }

    @Test
    void waitsNoLongerThanItsCapAndNotForWhatIsNoTime() {
        receiver.answers(429, Map.of("Retry-After", "999999999")).answers(429, Map.of("Retry-After", "soon"));
        Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"));
        write(receiver.url());

        tryNow(postman);
        assertThat(delay()).isBetween(86_399L, 86_430L);

        stores.jdbc().sql("update webhook_delivery set due_at = now()").update();
        tryNow(postman);
        assertThat(delay()).isLessThan(30);
    }

    @Test
    void saysWhyATargetWasNotReached() throws IOException {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new Thread(() -> say("", mute)).start();
            new Thread(() -> say("HTTP/1.1 400 Bad Request\r\n\r\n", plain)).start();
            Map<String, String> reasons = Map.of(
                    "http://nowhere.example/",
                    "unknown-host",
                    "http://127.0.0.1:" + nobody + "/",
                    "connection-refused",
                    "https://127.0.0.1:" + plain.getLocalPort() + "/",
                    "tls-failed",
                    "http://127.0.0.1:" + mute.getLocalPort() + "/",
                    "connection-broken");
            Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"), resolver(host -> {
                if (host.equals("nowhere.example")) {
                    throw new UnknownHostException(host);
                }
                return "127.0.0.1";
            }));

            reasons.forEach((url, reason) -> {
                write(url);
                tryNow(postman);
                assertThat(only().error()).as(url).isEqualTo(reason);
                assertThat(only().state()).isEqualTo("PENDING");
                stores.jdbc().sql("delete from webhook_delivery").update();
            });
        }
    }

    /** Says that and hangs up, whatever it was told. */
    private static void say(String what, ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write(what.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static long delay() {
        return stores.jdbc()
                .sql("select extract(epoch from due_at - tried_at)::bigint from webhook_delivery")
                .query(Long.class)
                .single();
    }

    @Test
    void leavesToOthersWhatItsOwnStopHasBrokenOff() {
        CountDownLatch go = new CountDownLatch(1);
        receiver.does(exchange -> await(go));
        Postman postman = started(WebhookSettingsFixture.settings(true, Duration.ofMinutes(1), 4, "127.0.0.1"));
        write(receiver.url());
        Awaitility.await().until(() -> receiver.told().size() == 1);

        postman.stop();

        Awaitility.await().during(Duration.ofMillis(300)).until(() -> only().error() == null);
        assertThat(only().state()).isEqualTo("PENDING");
        go.countDown();
    }

    @Test
    void connectsToTheAddressThatWasLookedAt() {
        AtomicInteger asked = new AtomicInteger();
        // A name that is public when it is looked at first, and leads within afterwards.
        DnsResolver rebinding = resolver(host -> asked.getAndIncrement() == 0 ? "192.0.2.1" : "127.0.0.1");
        Postman postman =
                postman(WebhookSettingsFixture.settings(true, Duration.ofMillis(500), 4, "192.0.2.0/24"), rebinding);
        write("http://rebinding.example:" + receiver.port() + "/");

        tryNow(postman);

        assertThat(receiver.told()).isEmpty();
        assertThat(asked).hasValue(1);
        assertThat(only().state()).isEqualTo("PENDING");

        stores.jdbc().sql("update webhook_delivery set due_at = now()").update();
        tryNow(postman);

        assertThat(receiver.told()).isEmpty();
        assertThat(only().state()).isEqualTo("FAILED");
        assertThat(only().error()).isEqualTo("target-refused");
    }

    @Test
    void keepsTheNameOfTheHost() {
        List<String> hosts = new ArrayList<>();
        receiver.does(exchange -> hosts.add(exchange.getRequestHeaders().getFirst("Host")));
        Postman postman = postman(WebhookSettingsFixture.allowing("127.0.0.1"), resolver(host -> "127.0.0.1"));
        write("http://hooks.example:" + receiver.port() + "/");

        tryNow(postman);

        assertThat(only().state()).isEqualTo("DELIVERED");
        assertThat(hosts).containsExactly("hooks.example:" + receiver.port());
    }

    @Test
    void endsATryInTimeWhateverTheTargetDoes() throws Exception {
        Postman postman = postman(WebhookSettingsFixture.settings(true, Duration.ofMillis(600), 4, "127.0.0.1"));
        try (ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> drip(endless));
            server.start();
            write("http://127.0.0.1:" + endless.getLocalPort() + "/");
            long begun = System.nanoTime();

            tryNow(postman);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            server.join();
        }
        assertThat(only().state()).isEqualTo("PENDING");
        assertThat(only().error()).isEqualTo("timeout");
    }

    @Test
    void letsASlowTargetHoldUpNoOther() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            receiver.does(exchange -> await(go));
            write(receiver.url());
        }
        try (Receiver quick = new Receiver()) {
            started(WebhookSettingsFixture.settings(true, Duration.ofMinutes(1), 4, "127.0.0.1"));
            Awaitility.await().until(() -> receiver.told().size() == 2);

            write(quick.url());

            Awaitility.await().until(() -> quick.told().size() == 1);
            assertThat(receiver.told()).hasSize(2);
        } finally {
            go.countDown();
        }
    }

    @Test
    void doesWhatAKilledInstanceHasLeft() {
        write(receiver.url());
        // Another instance has claimed it, and is gone.
        List<Try> lost = deliveries.take(1, 1, List.of(), Duration.ofMillis(300));
        assertThat(lost).hasSize(1);

        started(WebhookSettingsFixture.allowing("127.0.0.1"));

        Awaitility.await().until(() -> only().state().equals("DELIVERED"));
        assertThat(only().tries()).isEqualTo(2);
        assertThat(receiver.told()).hasSize(1);
    }

    /** A byte of the answer's head now and then, until nobody listens: no single read takes long. */
    private static void drip(ServerSocket endless) {
        try (Socket socket = endless.accept()) {
            socket.setSoTimeout(20);
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nx: ".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 10_000; i++) {
                socket.getOutputStream().write('x');
                pause(socket);
            }
        } catch (IOException e) {
            // It has gone.
        }
    }

    private static void pause(Socket socket) throws IOException {
        try {
            if (socket.getInputStream().read() < 0) {
                throw new IOException("closed");
            }
        } catch (SocketTimeoutException e) {
            // That was the pause.
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Delivery told(String url) {
        write(url);
        Awaitility.await().until(() -> !only().state().equals("PENDING"));
        return only();
    }

    /** A batch that finishes, and so is to be told. */
    private static void write(String url) {
        Accepted batch = DeliveriesTests.accept(url, Stores.document("one"));
        stores.succeed(stores.claim(batch.queued().get(0)));
    }

    private static Delivery only() {
        return deliveries.list(Stores.WORKSPACE, null, null, 1).get(0);
    }

    private static void tryNow(Postman postman) {
        deliveries.take(1, 1, List.of(), Duration.ofMinutes(1)).forEach(postman::deliver);
    }

    private Postman postman(WebhookSettings settings) {
        return postman(settings, SystemDefaultDnsResolver.INSTANCE);
    }

    private Postman started(WebhookSettings settings) {
        Postman postman = postman(settings);
        postman.start();
        return postman;
    }

    private Postman postman(WebhookSettings settings, DnsResolver dns) {
        Postman postman = new Postman(
                deliveries,
                new Courier(new Signatures(settings.secret()), new Targets(settings, dns), settings),
                settings,
                new Random(1),
                new SimpleMeterRegistry());
        open.add(postman::stop);
        return postman;
    }

    private interface Lookup {
        String apply(String host) throws UnknownHostException;
    }

    private static DnsResolver resolver(Lookup addressOf) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return InetAddress.getAllByName(addressOf.apply(host));
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }
}
