package io.mivaa.batch.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Decides which targets are allowed. A name is resolved when a connection is made, and the connection uses exactly the
 * addresses that were checked. So a name server gains nothing by a different answer a moment later. Thread-safe.
 */
final class Targets implements DnsResolver {

    private static final int MAX_LENGTH = 2_000;

    private final DnsResolver dns;
    private final boolean allowHttp;
    private final Set<String> hosts = new HashSet<>();
    private final List<Network> networks = new ArrayList<>();

    /** @throws UnusableWebhookSettings when an allowed target is neither a host nor a network */
    Targets(WebhookSettings settings, DnsResolver dns) {
        this.dns = dns;
        this.allowHttp = settings.allowHttp();
        settings.allowedTargets().stream()
                .map(String::strip)
                .filter(target -> !target.isEmpty())
                .forEach(this::allow);
    }

    private void allow(String target) {
        if (!target.contains("/") && !Network.isLiteral(target)) {
            hosts.add(target.toLowerCase(Locale.ROOT));
            return;
        }
        try {
            networks.add(Network.parse(target));
        } catch (IllegalArgumentException e) {
            throw new UnusableWebhookSettings(
                    "'" + target + "' in mivaa.webhooks.allowed-targets is not a valid network.");
        }
    }

    /** Returns what is wrong with a URL, as a sentence; empty when it may be tried. Does not use DNS. */
    String fault(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return "A webhook must have a URL such as https://example.com/hook.";
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (url.length() > MAX_LENGTH || !url.chars().allMatch(c -> c > ' ' && c < 127)) {
            return "A webhook's URL must have at most " + MAX_LENGTH + " characters, all of them ASCII.";
        }
        if (!scheme.equals("https") && !(scheme.equals("http") && allowHttp)) {
            return "A webhook's URL must begin with https://.";
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return "A webhook's URL must have a host, but no user and no fragment.";
        }
        return isClosed(bare(uri.getHost())) ? "The URL's host is not public and is not an allowed target." : "";
    }

    private boolean isClosed(String host) {
        if (hosts.contains(host)) {
            return false;
        }
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        if (!host.contains(":") && !Network.isLiteral(host)) {
            return false;
        }
        try {
            return !isAllowed(Network.literal(host));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
    }

    private boolean isAllowed(InetAddress address) {
        return Network.isPublic(address) || networks.stream().anyMatch(network -> network.contains(address));
    }

    /** The host exists, but only at forbidden addresses. */
    static final class Closed extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        Closed(String host) {
            super(host + " has no allowed address");
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = dns.resolve(host);
        InetAddress[] open = hosts.contains(bare(host))
                ? found
                : Arrays.stream(found).filter(this::isAllowed).toArray(InetAddress[]::new);
        if (open.length == 0) {
            throw new Closed(host);
        }
        return open;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
