package io.mivaa.batch.pipeline.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the service and a parser process send each other through its standard streams: one byte for the type, four for
 * the length, and JSON.
 */
record Frame(Type type, byte[] content) {

    /** The longest content; more text than {@code mivaa.parse.max-characters} lets through by default needs far less. */
    static final int MAX_LENGTH = 256 * 1024 * 1024;

    private static final byte[] NOTHING = {};

    /** What a frame says. */
    enum Type {
        /** To the process, once: {@link Messages.Setup}. */
        SETUP('S'),
        /** To the process: {@link Messages.Request}. */
        REQUEST('Q'),
        /** From the process: the number of pages read so far, four bytes. */
        PAGES('P'),
        /** From the process: the parsed document. */
        DOCUMENT('D'),
        /** From the process: {@link Messages.Problem}, no retry will help. */
        REJECTED('R'),
        /** From the process: {@link Messages.Problem}, a retry may help. */
        TRANSIENT('T'),
        /** From the process: {@link Messages.Problem} without a code, an error that no parser should make. */
        ERROR('E'),
        /** Never sent: the stream has ended. */
        END('.');

        private final char code;

        Type(char code) {
            this.code = code;
        }

        /** @return {@link #END} for a code that nobody sends */
        private static Type of(byte code) {
            return Arrays.stream(values())
                    .filter(type -> type.code == code)
                    .findFirst()
                    .orElse(END);
        }
    }

    static Frame end() {
        return new Frame(Type.END, NOTHING);
    }

    static Frame pages(int pages) {
        return new Frame(
                Type.PAGES, ByteBuffer.allocate(Integer.BYTES).putInt(pages).array());
    }

    int pages() {
        return ByteBuffer.wrap(content).getInt();
    }

    void write(DataOutputStream out) throws IOException {
        out.writeByte(type.code);
        out.writeInt(content.length);
        out.write(content);
        out.flush();
    }

    /** @return {@link Type#END} after the last frame, and after one that was cut off or that nobody sends */
    static Frame read(DataInputStream in) throws IOException {
        try {
            Type type = Type.of(in.readByte());
            int length = in.readInt();
            if (type == Type.END || length < 0 || length > MAX_LENGTH) {
                return end();
            }
            byte[] content = in.readNBytes(length);
            return content.length < length ? end() : new Frame(type, content);
        } catch (EOFException e) {
            return end();
        }
    }
}
