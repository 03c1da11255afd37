package io.mivaa.batch.pipeline.parse.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A part of XML that is read once, forwards. Names are local names, because transitional and strict files of one format
 * differ in their namespaces only. Document types are not supported, and nothing external is loaded. Not thread-safe.
 */
public final class XmlPart implements Closeable {

    /** No editor nests more deeply, and readers of nested tables do not overflow their stack at this depth. */
    private static final int DEEPEST = 400;

    private static final int EVENTS_BETWEEN_CHECKS = 4096;

    private final InputStream in;
    private final XMLStreamReader reader;
    private int event;
    private int depth;
    private long events;

    /** @throws IOException when it is not XML */
    public XmlPart(InputStream in) throws IOException {
        this.in = in;
        try {
            this.reader = XmlStreams.open(in);
        } catch (XMLStreamException e) {
            throw new IOException("malformed XML", e);
        }
    }

    /**
     * Goes to the next start, end or text.
     *
     * @return false at the end of the part
     * @throws java.util.concurrent.CancellationException when the thread is interrupted
     */
    public boolean next() throws IOException {
        try {
            while (reader.hasNext()) {
                event = reader.next();
                if (++events % EVENTS_BETWEEN_CHECKS == 0) {
                    SourceBytes.checkCancelled();
                }
                if (isStart() || isEnd() || isText()) {
                    count();
                    return true;
                }
            }
            return false;
        } catch (XMLStreamException e) {
            throw new IOException("malformed XML", e);
        }
    }

    private void count() throws IOException {
        depth += isStart() ? 1 : isEnd() ? -1 : 0;
        if (depth > DEEPEST) {
            throw new IOException("nested too deeply");
        }
    }

    /** The number of open elements, including the one that has just started. */
    public int depth() {
        return depth;
    }

    /**
     * Goes to the next start, end or text within an element.
     *
     * @param outer the depth of that element
     * @return false when the element has ended
     */
    public boolean nextWithin(int outer) throws IOException {
        return next() && depth >= outer;
    }

    /** Skips the rest of the element that has just started. */
    public void skip() throws IOException {
        int outer = depth;
        boolean inside = true;
        while (inside) {
            inside = nextWithin(outer);
        }
    }

    /** Reads the text of the element that has just started, and of the elements within it. */
    public String textWithin() throws IOException {
        StringBuilder text = new StringBuilder();
        int outer = depth;
        while (nextWithin(outer)) {
            if (isText()) {
                text.append(text());
            }
        }
        return text.toString();
    }

    /** Whether an element has just started. */
    public boolean isStart() {
        return event == XMLStreamConstants.START_ELEMENT;
    }

    /** Whether an element has just ended. */
    public boolean isEnd() {
        return event == XMLStreamConstants.END_ELEMENT;
    }

    /** Whether the current position is text. */
    public boolean isText() {
        return event == XMLStreamConstants.CHARACTERS
                || event == XMLStreamConstants.CDATA
                || event == XMLStreamConstants.SPACE;
    }

    /** The local name of the element that starts or ends here. */
    public String name() {
        return reader.getLocalName();
    }

    /** Whether an element of this local name has just started. */
    public boolean starts(String name) {
        return isStart() && name.equals(name());
    }

    /** Whether an element of this local name has just ended. */
    public boolean ends(String name) {
        return isEnd() && name.equals(name());
    }

    /** The text here. */
    public String text() {
        return reader.getText();
    }

    /** @return the first attribute of this local name, null when there is none */
    @Nullable
    public String attribute(String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return null;
    }

    /** All attributes of this local name, in any namespace. */
    public List<String> attributes(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                values.add(reader.getAttributeValue(i));
            }
        }
        return values;
    }

    /** @param absent what to return when there is no such attribute */
    public String attribute(String name, String absent) {
        String value = attribute(name);
        return value == null ? absent : value;
    }

    /** A number from 0 to 999,999; anything else counts as absent. */
    public int number(String name, int absent) {
        String value = attribute(name, "").strip();
        return value.matches("\\d{1,6}") ? Integer.parseInt(value) : absent;
    }

    /** Whether a property of OOXML is on, which it is unless its value says otherwise. */
    public boolean isOn() {
        return !attribute("val", "1").matches("0|false|off|none");
    }

    @Override
    public void close() throws IOException {
        try {
            reader.close();
        } catch (XMLStreamException e) {
            throw new IOException("malformed XML", e);
        } finally {
            in.close();
        }
    }
}
