package io.mivaa.batch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.testkit.Receiver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.8.8.8",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "192.0.0.170",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "192.0.2.1",
                "192.88.99.1",
                "198.51.100.1",
                "203.0.113.1",
                "3fff::1",
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::7f00:1",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::a00:1",
                "2001::1",
                "2001:db8::1",
                "2002:a00:1::1",
                "fec0::1",
                "100::1"
            })
    void countsAsWithin(String address) {
        assertThat(Network.isPublic(Network.literal(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1"
            })
    void countsAsPublic(String address) {
        assertThat(Network.isPublic(Network.literal(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://10.0.0.1/x",
                "https://[::1]/x",
                "https://[::ffff:192.168.0.1]:8443/",
                "https://localhost/",
                "https://a.localhost/",
                "https://LOCALHOST/",
                "https://2130706433/",
                "https://127.1/",
                "http://example.com/",
                "ftp://example.com/",
                "https://user@example.com/",
                "https://example.com/#x",
                "https:///x",
                "example.com",
                "https://exa mple.com/",
                "",
                "https://[fe80::1%25eth0]/",
                "https://999.1.1.1/",
                "https://example.com/ü"
            })
    void refusesATargetByItsLook(String url) {
        assertThat(targets(WebhookSettingsFixture.strict(), host -> InetAddress.getAllByName("1.1.1.1"))
                        .fault(url))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/hook?a=b", "https://1.1.1.1:8443/", "https://[2606:4700::1]/x"})
    void takesWhatIsPublic(String url) {
        assertThat(targets(WebhookSettingsFixture.strict(), host -> InetAddress.getAllByName("1.1.1.1"))
                        .fault(url))
                .isEmpty();
    }

    @Test
    void takesNoUrlThatIsLongerThanItKeeps() {
        Targets targets = targets(WebhookSettingsFixture.strict(), host -> new InetAddress[0]);
        String longest = "https://example.com/" + "x".repeat(1_980);

        assertThat(targets.fault(longest)).isEmpty();
        assertThat(targets.fault(longest + "x")).isNotEmpty();
    }

    @Test
    void takesWhatIsAllowed() throws UnknownHostException {
        Targets targets = targets(
                WebhookSettingsFixture.allowing("10.1.0.0/16", "hooks.internal", "fd00::/8"),
                host -> InetAddress.getAllByName(host.equals("hooks.internal") ? "192.168.7.7" : "10.1.2.3"));

        assertThat(targets(WebhookSettingsFixture.allowing("LocalHost"), host -> new InetAddress[0])
                        .fault("http://localhost:8080/"))
                .isEmpty();
        assertThat(targets.fault("http://10.1.200.1/")).isEmpty();
        assertThat(targets.fault("http://10.2.0.1/")).isNotEmpty();
        assertThat(targets.fault("https://[fd00::7]/")).isEmpty();
        assertThat(targets.resolve("hooks.internal")).containsExactly(InetAddress.getByName("192.168.7.7"));
        assertThat(targets.resolve("other.internal")).containsExactly(InetAddress.getByName("10.1.2.3"));
    }

    @Test
    void connectsOnlyToThoseOfItsAddressesThatMayBeTold() throws UnknownHostException {
        Targets targets = targets(WebhookSettingsFixture.strict(), host -> new InetAddress[] {
            InetAddress.getByName("10.0.0.1"), InetAddress.getByName("1.1.1.1"), InetAddress.getLoopbackAddress()
        });

        assertThat(targets.resolve("mixed.example")).containsExactly(InetAddress.getByName("1.1.1.1"));
        assertThatThrownBy(() -> targets(WebhookSettingsFixture.strict(), host -> InetAddress.getAllByName("10.0.0.1"))
                        .resolve("within.example"))
                .isInstanceOf(Targets.Closed.class);
    }

    @Test
    void refusesSettingsThatAreNoNetwork() {
        assertThatThrownBy(() -> targets(WebhookSettingsFixture.allowing("10.0.0.0/33"), host -> new InetAddress[0]))
                .isInstanceOf(UnusableWebhookSettings.class);
    }

    @Test
    void saysThatWebhooksAreNotEnabledWithoutASecret() {
        Targets targets = targets(WebhookSettingsFixture.strict(), host -> new InetAddress[0]);

        assertThatThrownBy(() -> new Webhooks(new Signatures(List.of()), targets)
                        .check("/options/webhookUrl", "https://example.com/"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.getBody().getProperties())
                                .extractingByKey("errors")
                                .asString()
                                .contains("webhooks-not-enabled"));
        new Webhooks(new Signatures(List.of(Receiver.SECRET)), targets)
                .check("/options/webhookUrl", "https://example.com/");
    }

    private static Targets targets(WebhookSettings settings, Lookup dns) {
        return new Targets(settings, new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return dns.resolve(host);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        });
    }

    private interface Lookup {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }
}
