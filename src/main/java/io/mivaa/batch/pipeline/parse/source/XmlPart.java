package io.mivaa.batch.pipeline.parse.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An XML part read once, forwards. Names are local ones: the namespaces of transitional and strict files differ, what
 * stands in them does not. Knows no document type and loads nothing from anywhere. Not thread-safe.
 */
public final class XmlPart implements Closeable {

    /** Deeper than any editor writes, and flat enough for the stack of those who read nested tables. */
    private static final int DEEPEST = 400;

    private static final int EVENTS_BETWEEN_CHECKS = 4096;

    private static final XMLInputFactory FACTORY = factory();

    private final InputStream in;
    private final XMLStreamReader reader;
    private int event;
    private int depth;
    private long events;

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> InputStream.nullInputStream());
        // without one the JDK writes what it finds wrong to the standard error stream
        factory.setXMLReporter((message, type, related, location) -> {});
        return factory;
    }

    public XmlPart(InputStream in) throws IOException {
        this.in = in;
        try {
            // the factory is only safe for several threads when it is configured no more, which it is not
            this.reader = FACTORY.createXMLStreamReader(in);
        } catch (XMLStreamException e) {
            throw new IOException("malformed XML", e);
        }
    }

    /** Goes to the next start, end or text; false at the end of the part. */
    public boolean next() throws IOException {
        try {
            while (reader.hasNext()) {
                event = reader.next();
                if (++events % EVENTS_BETWEEN_CHECKS == 0) {
                    SourceBytes.checkCancelled();
                }
                if (isStart()) {
                    depth++;
                    if (depth > DEEPEST) {
                        throw new IOException("nested too deeply");
                    }
                    return true;
                }
                if (isEnd()) {
                    depth--;
                    return true;
                }
                if (isText()) {
                    return true;
                }
            }
            return false;
        } catch (XMLStreamException e) {
            throw new IOException("malformed XML", e);
        }
    }

    /** How many elements are open, the one that has just started included. */
    public int depth() {
        return depth;
    }

    /** Goes on within the element that was open at {@code depth}; false when that has ended. */
    public boolean nextWithin(int outer) throws IOException {
        return next() && depth >= outer;
    }

    /** Passes over the element that has just started. */
    public void skip() throws IOException {
        int outer = depth;
        boolean inside = true;
        while (inside) {
            inside = nextWithin(outer);
        }
    }

    /** The text of the element that has just started, its elements' included. */
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

    public boolean isStart() {
        return event == XMLStreamConstants.START_ELEMENT;
    }

    public boolean isEnd() {
        return event == XMLStreamConstants.END_ELEMENT;
    }

    public boolean isText() {
        return event == XMLStreamConstants.CHARACTERS
                || event == XMLStreamConstants.CDATA
                || event == XMLStreamConstants.SPACE;
    }

    /** Of the element that starts or ends here. */
    public String name() {
        return reader.getLocalName();
    }

    public boolean starts(String name) {
        return isStart() && name.equals(name());
    }

    public boolean ends(String name) {
        return isEnd() && name.equals(name());
    }

    public String text() {
        return reader.getText();
    }

    @Nullable
    public String attribute(String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return null;
    }

    /** All of that local name, whatever their namespaces. */
    public List<String> attributes(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                values.add(reader.getAttributeValue(i));
            }
        }
        return values;
    }

    public String attribute(String name, String absent) {
        String value = attribute(name);
        return value == null ? absent : value;
    }

    /** A number of 0 to a million; what is none of these counts as absent. */
    public int number(String name, int absent) {
        String value = attribute(name, "").strip();
        return value.matches("\\d{1,6}") ? Integer.parseInt(value) : absent;
    }

    /** On unless it says otherwise, as the properties of OOXML are. */
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
