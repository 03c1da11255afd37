package io.mivaa.batch.access;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises names and addresses of this machine without DNS. */
final class Loopback {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:@/]+)(:\\d*)?");
    private static final Pattern IP4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

    private Loopback() {}

    /** @param hostHeader with or without a port */
    static boolean isHost(String hostHeader) {
        Matcher host = HOST.matcher(hostHeader.strip());
        return host.matches() && isName(host.group(1).toLowerCase(Locale.ROOT));
    }

    /** For any port. The origin {@code null}, which a sandboxed frame of any site sends, is not this machine. */
    static boolean isOrigin(String originHeader) {
        try {
            @Nullable String authority = new URI(originHeader.strip()).getRawAuthority();
            return authority != null && isHost(authority);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** RFC 6761 reserves localhost and all names below it for this machine. */
    private static boolean isName(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || IP4.matcher(host).matches()
                || (host.startsWith("[") && isAddress(host));
    }

    private static boolean isAddress(String literal) {
        try {
            return InetAddress.getByName(literal).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
