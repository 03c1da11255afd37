package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a part of an OpenDocument file is encrypted, as the manifest describes it (ODF 1.3 part 2, 3.4). Names of
 * algorithms are in lower case. Not thread-safe.
 */
final class EncryptedPart {

    private static final int MOST_ITERATIONS = 2_000_000;
    private static final int LONGEST_KEY = 64;

    private String algorithm = "";
    private String derivation = "pbkdf2";
    private String start = "sha1";
    private String checksumKind = "";
    private byte[] checksum = {};
    private byte[] vector = {};
    private byte[] salt = {};
    private int iterations;
    private int keyBytes = 16;

    /** Takes an element of the manifest that has just started. */
    void read(XmlPart xml) throws IOException {
        switch (xml.name()) {
            case "encryption-data" -> {
                checksumKind = lower(xml, "checksum-type");
                checksum = bytes(xml, "checksum");
            }
            case "algorithm" -> {
                algorithm = lower(xml, "algorithm-name");
                vector = bytes(xml, "initialisation-vector");
            }
            case "start-key-generation" -> start = lower(xml, "start-key-generation-name");
            case "key-derivation" -> {
                derivation = lower(xml, "key-derivation-name");
                salt = bytes(xml, "salt");
                iterations = xml.number("iteration-count", 0);
                keyBytes = xml.number("key-size", 16);
            }
            default -> {}
        }
    }

    private static String lower(XmlPart xml, String attribute) {
        return xml.attribute(attribute, "").toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(XmlPart xml, String attribute) throws IOException {
        try {
            return Base64.getDecoder().decode(xml.attribute(attribute, ""));
        } catch (IllegalArgumentException e) {
            throw new IOException("not valid base64", e);
        }
    }

    boolean isAes() {
        return algorithm.matches(".*aes(?:128|192|256)-cbc");
    }

    /** Whether this class implements the algorithms of the part, and the key costs a limited time. */
    boolean isSupported() {
        return (isAes() || algorithm.startsWith("blowfish") || algorithm.endsWith("#blowfish"))
                && derivation.endsWith("pbkdf2")
                && iterations > 0
                && iterations <= MOST_ITERATIONS
                && keyBytes <= LONGEST_KEY;
    }

    Cipher cipher(byte[] password) throws IOException {
        try {
            byte[] key = Pbkdf2.key(digest(start, password), salt, iterations, keyBytes);
            Cipher cipher = Cipher.getInstance(isAes() ? "AES/CBC/NoPadding" : "Blowfish/CFB/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, isAes() ? "AES" : "Blowfish"),
                    new IvParameterSpec(vector));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IOException("the part cannot be decrypted", e);
        }
    }

    /** @param head the first bytes of the compressed part */
    boolean hasChecksumOf(byte[] head) throws IOException {
        return MessageDigest.isEqual(digest(checksumKind, head), checksum);
    }

    private static byte[] digest(String kind, byte[] bytes) throws IOException {
        try {
            return MessageDigest.getInstance(kind.contains("sha256") ? "SHA-256" : "SHA-1")
                    .digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("the part cannot be decrypted", e);
        }
    }
}
