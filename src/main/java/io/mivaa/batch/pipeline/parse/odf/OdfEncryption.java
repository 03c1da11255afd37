package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.crypto.CipherInputStream;

/**
 * Decrypts the parts of an OpenDocument file that a password protects, each with its own key (ODF 1.3 part 2, 3.4). The
 * cipher is AES, or Blowfish in files from before 2010. Not thread-safe.
 */
final class OdfEncryption implements ZipParts.Decoder {

    private static final String KIND = "OpenDocument file";

    /** The checksum of a part covers this many bytes. */
    private static final int CHECKED = 1024;

    private static final int BLOCK = 16;

    private final Map<String, EncryptedPart> parts;
    private final byte[] password;

    private OdfEncryption(Map<String, EncryptedPart> parts, byte[] password) {
        this.parts = parts;
        this.password = password;
    }

    /**
     * Makes the archive return decrypted parts, if any of its parts is encrypted.
     *
     * @throws Rejected when the password is missing or wrong, or the file uses another kind of encryption
     */
    static void open(ZipParts zip, Source source) throws IOException {
        Map<String, EncryptedPart> parts = encryptedParts(zip);
        if (parts.isEmpty()) {
            return;
        }
        Password password = source.password();
        if (password == null) {
            throw Guarded.encrypted(KIND);
        }
        if (!parts.values().stream().allMatch(EncryptedPart::isSupported)) {
            throw new Rejected(
                    "unsupported-encryption",
                    "The " + KIND + " uses an unsupported kind of encryption. Save it as ODF 1.3 or without a"
                            + " password.");
        }
        OdfEncryption encryption = new OdfEncryption(parts, password.value().getBytes(StandardCharsets.UTF_8));
        try (InputStream content = zip.find("content.xml")) {
            if (content == null || !encryption.fits(content)) {
                throw Guarded.locked(KIND, source);
            }
        }
        zip.decoding(encryption);
    }

    private static Map<String, EncryptedPart> encryptedParts(ZipParts zip) throws IOException {
        Map<String, EncryptedPart> parts = new HashMap<>();
        try (InputStream manifest = zip.find("META-INF/manifest.xml")) {
            if (manifest != null) {
                read(new XmlPart(manifest), parts);
            }
        }
        return parts;
    }

    private static void read(XmlPart xml, Map<String, EncryptedPart> parts) throws IOException {
        String name = "";
        EncryptedPart part = new EncryptedPart();
        while (xml.next()) {
            if (xml.starts("file-entry")) {
                name = xml.attribute("full-path", "");
            } else if (xml.isStart()) {
                if (xml.starts("encryption-data")) {
                    part = new EncryptedPart();
                    parts.put(ZipParts.key(name), part);
                }
                part.read(xml);
            }
        }
    }

    @Override
    public InputStream decode(String name, InputStream in) throws IOException {
        EncryptedPart part = parts.get(name);
        if (part == null) {
            return in;
        }
        // the compressed data marks its own end, so the padding of the last block after it is never read
        return new InflaterInputStream(new CipherInputStream(in, part.cipher(password)), new Inflater(true)) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }

    /** Checks the password: whether the first bytes of the main part, decrypted but not inflated, have its checksum. */
    private boolean fits(InputStream encrypted) throws IOException {
        EncryptedPart part = parts.get("content.xml");
        if (part == null) {
            return true;
        }
        byte[] head = encrypted.readNBytes(CHECKED + BLOCK);
        byte[] clear;
        try {
            clear = part.cipher(password).doFinal(head, 0, head.length - (part.isAes() ? head.length % BLOCK : 0));
        } catch (GeneralSecurityException e) {
            throw new IOException("the part cannot be decrypted", e);
        }
        boolean padded = part.isAes() && head.length < CHECKED + BLOCK && clear.length > 0;
        int length = clear.length - (padded ? Math.min(clear.length, clear[clear.length - 1] & 0xFF) : 0);
        return part.hasChecksumOf(Arrays.copyOf(clear, Math.min(length, CHECKED)));
    }
}
