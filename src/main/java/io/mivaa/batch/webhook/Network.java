package io.mivaa.batch.webhook;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A range of IP addresses. Knows which addresses are public. */
record Network(byte[] address, int bits) {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]++|(?=[0-9a-fA-F.]*+:)[0-9a-fA-F:.]++");

    /** Ranges that are not reachable from everywhere, or not assigned (RFC 6890 and its registry). */
    private static final List<Network> CLOSED = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            // Carrier-grade NAT.
            "100.64.0.0/10",
            "127.0.0.0/8",
            // Link-local; clouds serve the credentials of a machine there.
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Protocols, including Teredo, which embeds an IPv4 address.
            "2001::/23",
            "2001:db8::/32",
            // 6to4, which embeds one too.
            "2002::/16",
            "3fff::/20");

    /** The assigned part of IPv6; excludes loopback, mapped, translated, unique-local, link-local and multicast. */
    private static final Network GLOBAL_V6 = parse("2000::/3");

    /**
     * Parses an address or a CIDR range.
     *
     * @throws IllegalArgumentException when the text is neither
     */
    static Network parse(String text) {
        String[] parts = text.strip().split("/", -1);
        InetAddress address = literal(parts[0]);
        int most = address.getAddress().length * 8;
        int bits = parts.length == 1 ? most : Integer.parseInt(parts[1]);
        if (parts.length > 2 || bits < 0 || bits > most) {
            throw new IllegalArgumentException("no network: " + text);
        }
        return new Network(address.getAddress(), bits);
    }

    private static List<Network> networks(String... texts) {
        return Arrays.stream(texts).map(Network::parse).toList();
    }

    /** Whether the text looks like an address, in any notation. */
    static boolean isLiteral(String host) {
        return LITERAL.matcher(host).matches();
    }

    /** Parses an address without DNS. An IPv6 address that maps an IPv4 address is returned as the latter. */
    static InetAddress literal(String host) {
        if (!isLiteral(host)) {
            throw new IllegalArgumentException("no address: " + host);
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + host, e);
        }
    }

    /** Whether the address is public. */
    static boolean isPublic(InetAddress address) {
        return (!(address instanceof Inet6Address) || GLOBAL_V6.contains(address))
                && CLOSED.stream().noneMatch(network -> network.contains(address));
    }

    boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        if (bytes.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((bytes[bit / 8] & mask) != (address[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
