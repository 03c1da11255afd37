package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.parse.office.ListNumbers;
import io.mivaa.batch.pipeline.parse.office.WordNames;
import org.apache.poi.hwpf.usermodel.HWPFList;
import org.apache.poi.hwpf.usermodel.Paragraph;
import org.jspecify.annotations.Nullable;

/** Numbers the list items of a Word document. Not thread-safe. */
final class DocLists {

    private final ListNumbers numbers = new ListNumbers();

    /**
     * Counts the paragraph as the next item of its list.
     *
     * @return {@code -} for a bullet, else the number as it is shown; null when the paragraph is not a list item
     */
    @Nullable
    String marker(Paragraph paragraph) {
        HWPFList list = paragraph.isInList() ? paragraph.getList() : null;
        if (list == null) {
            return null;
        }
        String definition = String.valueOf(list.getLsid());
        if (!numbers.knows(definition)) {
            define(definition, list);
        }
        return numbers.next(definition, paragraph.getIlvl());
    }

    private void define(String definition, HWPFList list) {
        for (char level = 0; level < Math.min(list.getListData().numLevels(), ListNumbers.LEVELS); level++) {
            String format = WordNames.numberFormat(list.getNumberFormat(level));
            String text = placeholders(list.getNumberText(level));
            numbers.define(definition, level, format, text, list.getStartAt(level));
        }
    }

    /** Characters 0 to 8 stand for the number of that level. */
    private static String placeholders(@Nullable String text) {
        StringBuilder placeholders = new StringBuilder();
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            placeholders.append(c < ListNumbers.LEVELS ? "%" + (c + 1) : String.valueOf(c));
        }
        return placeholders.toString();
    }
}
