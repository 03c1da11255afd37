package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens the parts of an OpenDocument file that a password protects, each with a key of its own (ODF 1.3 part 2, 3.4):
 * AES and, as until 2010, Blowfish. Not thread-safe.
 */
final class OdfEncryption implements ZipParts.Decoder {

    private static final String KIND = "OpenDocument file";
    private static final int MOST_ITERATIONS = 2_000_000;
    private static final int CHECKED = 1024;
    private static final int BLOCK = 16;

    private final Map<String, Part> parts = new HashMap<>();
    private byte[] password = {};

    /** How a part is encrypted; names in lower case. */
    private static final class Part {
        private String algorithm = "";
        private String derivation = "pbkdf2";
        private String start = "sha1";
        private String checksumKind = "";
        private byte[] checksum = {};
        private byte[] vector = {};
        private byte[] salt = {};
        private int iterations;
        private int keyBytes = 16;

        boolean isAes() {
            return algorithm.matches(".*aes(?:128|192|256)-cbc");
        }

        boolean isKnown() {
            return (isAes() || algorithm.startsWith("blowfish") || algorithm.endsWith("#blowfish"))
                    && derivation.endsWith("pbkdf2")
                    && iterations > 0
                    && iterations <= MOST_ITERATIONS
                    && keyBytes <= 64;
        }
    }

    private OdfEncryption() {}

    /**
     * Makes the parts of the archive come out as they were before they were encrypted, if any of them is.
     *
     * @throws Rejected when a password is needed that is missing or does not fit, or when it is encrypted otherwise
     */
    static void open(ZipParts zip, Source source) throws IOException {
        OdfEncryption encryption = new OdfEncryption();
        try (InputStream manifest = zip.find("META-INF/manifest.xml")) {
            if (manifest != null) {
                encryption.read(new XmlPart(manifest));
            }
        }
        if (encryption.parts.isEmpty()) {
            return;
        }
        Password password = source.password();
        if (password == null) {
            throw Guarded.encrypted(KIND);
        }
        if (!encryption.parts.values().stream().allMatch(Part::isKnown)) {
            throw new Rejected(
                    "unsupported-encryption",
                    "The " + KIND
                            + " is encrypted in a way that cannot be opened here; save it for ODF 1.3 or without a"
                            + " password.");
        }
        encryption.password = password.value().getBytes(StandardCharsets.UTF_8);
        try (InputStream content = zip.find("content.xml")) {
            if (content == null || !encryption.fits(content)) {
                throw Guarded.locked(KIND, source);
            }
        }
        zip.decoding(encryption);
    }

    private void read(XmlPart xml) throws IOException {
        String name = "";
        Part part = new Part();
        while (xml.next()) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "file-entry" -> name = xml.attribute("full-path", "");
                case "encryption-data" -> {
                    part = new Part();
                    part.checksumKind = lower(xml, "checksum-type");
                    part.checksum = bytes(xml, "checksum");
                    parts.put(ZipParts.key(name), part);
                }
                case "algorithm" -> {
                    part.algorithm = lower(xml, "algorithm-name");
                    part.vector = bytes(xml, "initialisation-vector");
                }
                case "start-key-generation" -> part.start = lower(xml, "start-key-generation-name");
                case "key-derivation" -> {
                    part.derivation = lower(xml, "key-derivation-name");
                    part.salt = bytes(xml, "salt");
                    part.iterations = xml.number("iteration-count", 0);
                    part.keyBytes = xml.number("key-size", 16);
                }
                default -> {}
            }
        }
    }

    private static String lower(XmlPart xml, String attribute) {
        return xml.attribute(attribute, "").toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(XmlPart xml, String attribute) throws IOException {
        try {
            return Base64.getDecoder().decode(xml.attribute(attribute, ""));
        } catch (IllegalArgumentException e) {
            throw new IOException("no base64", e);
        }
    }

    @Override
    public InputStream decode(String name, InputStream in) throws IOException {
        Part part = parts.get(name);
        if (part == null) {
            return in;
        }
        // what fills up the last block stands behind the end that the compressed data has itself
        return new InflaterInputStream(new CipherInputStream(in, cipher(part)), new Inflater(true)) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }

    /** Whether the first bytes of the main part, compressed, are those that were encrypted. */
    private boolean fits(InputStream encrypted) throws IOException {
        Part part = parts.get("content.xml");
        if (part == null) {
            return true;
        }
        byte[] head = encrypted.readNBytes(CHECKED + BLOCK);
        byte[] clear;
        try {
            clear = cipher(part).doFinal(head, 0, head.length - (part.isAes() ? head.length % BLOCK : 0));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot be decrypted", e);
        }
        int length = clear.length;
        if (part.isAes() && head.length < CHECKED + BLOCK && length > 0) {
            length -= Math.min(length, clear[length - 1] & 0xFF);
        }
        byte[] start = Arrays.copyOf(clear, Math.min(length, CHECKED));
        return MessageDigest.isEqual(digest(part.checksumKind, start), part.checksum);
    }

    private Cipher cipher(Part part) throws IOException {
        try {
            byte[] key = key(part);
            Cipher cipher = Cipher.getInstance(part.isAes() ? "AES/CBC/NoPadding" : "Blowfish/CFB/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, part.isAes() ? "AES" : "Blowfish"),
                    new IvParameterSpec(part.vector));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot be decrypted", e);
        }
    }

    /** PBKDF2 (RFC 8018, 5.2) of the digest of the password, which the JDK's own, for characters, cannot take. */
    private byte[] key(Part part) throws GeneralSecurityException, IOException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(digest(part.start, password), "HmacSHA1"));
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        for (int block = 1; key.size() < part.keyBytes; block++) {
            mac.update(part.salt);
            byte[] last = mac.doFinal(ByteBuffer.allocate(4).putInt(block).array());
            byte[] sum = last.clone();
            for (int i = 1; i < part.iterations; i++) {
                last = mac.doFinal(last);
                for (int at = 0; at < sum.length; at++) {
                    sum[at] ^= last[at];
                }
                if (i % 10_000 == 0) {
                    SourceBytes.checkCancelled();
                }
            }
            key.writeBytes(sum);
        }
        return Arrays.copyOf(key.toByteArray(), part.keyBytes);
    }

    private static byte[] digest(String kind, byte[] bytes) throws IOException {
        try {
            return MessageDigest.getInstance(kind.contains("sha256") ? "SHA-256" : "SHA-1")
                    .digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot be decrypted", e);
        }
    }
}
