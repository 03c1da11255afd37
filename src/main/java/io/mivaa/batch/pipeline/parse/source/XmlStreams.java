package io.mivaa.batch.pipeline.parse.source;

import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Opens XML of unknown origin: without document types and without external entities. Thread-safe. */
final class XmlStreams {

    /** Not configured after its creation, because only then can several threads use it. */
    private static final XMLInputFactory FACTORY = factory();

    private XmlStreams() {}

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> InputStream.nullInputStream());
        // without a reporter, the JDK writes errors to the standard error stream
        factory.setXMLReporter((message, type, related, location) -> {});
        return factory;
    }

    static XMLStreamReader open(InputStream in) throws XMLStreamException {
        return FACTORY.createXMLStreamReader(in);
    }
}
