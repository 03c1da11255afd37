package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.Links;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A paragraph of a Word document that is being read: its text without deleted and hidden text. Not thread-safe. */
final class DocxParagraph {

    private final StringBuilder text = new StringBuilder();
    private final List<String> figures = new ArrayList<>();
    private boolean hidden;
    private boolean literal;
    private @Nullable String style;
    private @Nullable String list;
    private @Nullable Integer level;
    private @Nullable Integer outline;
    private @Nullable String address;
    private int linkStart;

    String text() {
        return text.toString();
    }

    @Nullable
    String style() {
        return style;
    }

    @Nullable
    Integer outline() {
        return outline;
    }

    /** The descriptions of the pictures in it; empty for a picture without one. */
    List<String> figures() {
        return figures;
    }

    @Nullable
    String list(DocxStyles styles) {
        return list == null ? styles.numbering(style) : list;
    }

    int level(DocxStyles styles) {
        return level == null ? styles.numberingLevel(style) : level;
    }

    void append(String words) {
        if (!hidden) {
            text.append(words);
        }
    }

    /** Takes the element or text that the part is at. */
    void read(XmlPart xml, Map<String, OoxmlPackage.Relation> relations) throws IOException {
        if (xml.isText()) {
            if (literal) {
                append(xml.text());
            }
        } else if (xml.isStart()) {
            start(xml, relations);
        } else if (xml.isEnd()) {
            end(xml.name());
        }
    }

    private void start(XmlPart xml, Map<String, OoxmlPackage.Relation> relations) throws IOException {
        switch (xml.name()) {
            case "t" -> literal = true;
            case "tab", "ptab" -> append("\t");
            case "br", "cr" -> append("\n");
            case "noBreakHyphen" -> append("-");
            case "r" -> hidden = false;
            case "vanish" -> hidden = xml.isOn();
            case "pPr" -> properties(xml);
            case "hyperlink" -> {
                address = OoxmlPackage.address(relations, xml.attribute("id", ""));
                linkStart = text.length();
            }
            case "docPr" -> figures.add(xml.attribute("descr", xml.attribute("title", "")));
            case "del", "moveFrom", "delText", "instrText", "Fallback", "sdtPr", "rt" -> xml.skip();
            default -> {}
        }
    }

    private void end(String name) {
        if (name.equals("t")) {
            literal = false;
        } else if (name.equals("hyperlink")) {
            Links.mark(text, linkStart, address);
            address = null;
        }
    }

    private void properties(XmlPart xml) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "pStyle" -> style = xml.attribute("val");
                case "numId" -> list = xml.attribute("val");
                case "ilvl" -> level = xml.number("val", 0);
                case "outlineLvl" -> outline = xml.number("val", 9);
                case "rPr", "pPrChange", "sectPr" -> xml.skip();
                default -> {}
            }
        }
    }
}
