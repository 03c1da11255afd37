package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.Rejected;
import org.jspecify.annotations.Nullable;

/** The row and column of a cell reference such as {@code AB12}, 0-based. */
final class CellReference {

    /** As many as Excel has. */
    private static final int COLUMNS = 16_384;

    private CellReference() {}

    /**
     * @return -1 when the reference names no column
     * @throws Rejected when a sheet cannot have that column
     */
    static int column(@Nullable String reference) {
        int column = 0;
        for (int i = 0; reference != null && i < reference.length() && i < 4; i++) {
            int letter = Character.toUpperCase(reference.charAt(i)) - 'A';
            if (letter < 0 || letter > 25) {
                break;
            }
            column = column * 26 + letter + 1;
        }
        if (column > COLUMNS) {
            throw new Rejected("damaged-document", "The Excel document has cells outside its sheets.");
        }
        return column - 1;
    }

    /** @return -1 when the reference names no row */
    static int row(String reference) {
        String digits = reference.replaceAll("[^0-9]", "");
        return digits.matches("\\d{1,7}") ? Integer.parseInt(digits) - 1 : -1;
    }
}
