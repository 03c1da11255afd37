package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.jspecify.annotations.Nullable;

/** The bookmarks of a document: the level of each, by the words of its title. Thread-safe once it is read. */
public final class PdfOutline {

    private static final int MOST_ITEMS = 10_000;

    private final Map<String, Integer> levels = new HashMap<>();

    private PdfOutline() {}

    /** Reads a broken outline up to the damage, and each entry of a circular one once. */
    public static PdfOutline of(PDDocument document) {
        PdfOutline outline = new PdfOutline();
        try {
            PDDocumentOutline root = document.getDocumentCatalog().getDocumentOutline();
            if (root != null) {
                outline.read(root.getFirstChild());
            }
        } catch (RuntimeException | StackOverflowError e) {
            return outline;
        }
        return outline;
    }

    private record Entry(PDOutlineItem item, int level) {}

    private void read(@Nullable PDOutlineItem first) {
        Set<COSDictionary> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Entry> open = new ArrayDeque<>();
        push(open, first, 1);
        while (!open.isEmpty() && seen.size() < MOST_ITEMS) {
            Entry entry = open.pop();
            if (seen.add(entry.item.getCOSObject())) {
                String title = entry.item.getTitle();
                if (title != null) {
                    levels.putIfAbsent(words(title), Math.min(6, entry.level));
                }
                push(open, entry.item.getNextSibling(), entry.level);
                push(open, entry.item.getFirstChild(), entry.level + 1);
            }
        }
        levels.remove("");
    }

    private static void push(Deque<Entry> open, @Nullable PDOutlineItem item, int level) {
        if (item != null) {
            open.push(new Entry(item, level));
        }
    }

    /** 1 to 6, or 0 when no entry has these words, with or without their section number. */
    int level(String text) {
        if (levels.isEmpty()) {
            return 0;
        }
        String words = words(text);
        Integer level = levels.get(words);
        return level != null ? level : levels.getOrDefault(words.replaceFirst("^[\\d.]+ ", ""), 0);
    }

    private static String words(String title) {
        return CleanText.line(title).toLowerCase(Locale.ROOT).replaceFirst("^(\\d++(?:\\.\\d++)*+)\\.? ++", "$1 ");
    }
}
