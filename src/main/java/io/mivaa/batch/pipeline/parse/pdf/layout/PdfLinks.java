package io.mivaa.batch.pipeline.parse.pdf.layout;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionURI;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;

/** Marks the text of web links of a page as Markdown links. */
final class PdfLinks {

    private static final int MOST = 500;
    private static final int LONGEST = 500;

    private static final Pattern ADDRESS =
            Pattern.compile("(?i)(?:https?://|www\\.).*|[\\w-]+(?:\\.[\\w-]+){0,20}\\.[a-z]{2,6}(?:/.*)?");

    private final List<Link> links = new ArrayList<>();

    private record Link(String uri, float x0, float y0, float x1, float y1) {

        boolean holds(PdfWord word) {
            float x = (word.x0() + word.x1()) / 2;
            float y = word.y() - 0.3f * word.size();
            return x >= x0 && x <= x1 && y >= y0 && y <= y1;
        }
    }

    private PdfLinks() {}

    /** The links of a page with upright text; damaged ones are left out. */
    static PdfLinks of(PDPage page) {
        PdfLinks links = new PdfLinks();
        try {
            PDRectangle box = page.getCropBox();
            for (PDAnnotation annotation : page.getAnnotations()) {
                if (annotation instanceof PDAnnotationLink link
                        && link.getAction() instanceof PDActionURI action
                        && links.links.size() < MOST) {
                    links.add(action.getURI(), link.getRectangle(), box);
                }
            }
        } catch (IOException | RuntimeException e) {
            return links;
        }
        return links;
    }

    private void add(String uri, PDRectangle place, PDRectangle box) {
        boolean web =
                uri != null && uri.length() <= LONGEST && uri.matches("(?i)(https?://|mailto:)[^\\s()<>\\p{Cntrl}]+");
        if (web && place != null) {
            links.add(new Link(
                    uri,
                    place.getLowerLeftX() - box.getLowerLeftX(),
                    box.getHeight() - (place.getUpperRightY() - box.getLowerLeftY()),
                    place.getUpperRightX() - box.getLowerLeftX(),
                    box.getHeight() - (place.getLowerLeftY() - box.getLowerLeftY())));
        }
    }

    /** The words of a line. Those of a link become Markdown, unless they already contain its address. */
    List<PdfWord> marked(List<PdfWord> line) {
        if (links.isEmpty() || line.get(0).direction() != 0) {
            return line;
        }
        List<PdfWord> marked = new ArrayList<>(line);
        for (Link link : links) {
            int from = 0;
            while (from < line.size() && !link.holds(line.get(from))) {
                from++;
            }
            int to = from;
            while (to < line.size() && link.holds(line.get(to))) {
                to++;
            }
            if (from < to && !needsNoLink(line.subList(from, to), link.uri)) {
                marked.set(
                        from, marked.get(from).withText("[" + marked.get(from).text()));
                marked.set(
                        to - 1, marked.get(to - 1).withText(marked.get(to - 1).text() + "](" + link.uri + ")"));
            }
        }
        return marked;
    }

    private static boolean needsNoLink(List<PdfWord> words, String uri) {
        StringBuilder text = new StringBuilder();
        words.forEach(word -> text.append(word.text()));
        String plain = text.toString().replaceAll("[.,;)]$", "");
        // Brackets within brackets are no link in Markdown, text without letters is the mark of a note, and an address
        // needs no link.
        return ADDRESS.matcher(plain).matches()
                || text.indexOf("[") >= 0
                || text.indexOf("]") >= 0
                || plain.chars().noneMatch(Character::isLetter)
                || uri.toLowerCase(Locale.ROOT).contains(plain.toLowerCase(Locale.ROOT));
    }
}
