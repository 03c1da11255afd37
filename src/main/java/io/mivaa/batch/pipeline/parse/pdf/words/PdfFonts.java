package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.IdentityHashMap;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;

/** Determines which fonts are bold or italic by their descriptors and names. Not thread-safe. */
final class PdfFonts {

    private static final int BOLD_WEIGHT = 600;

    /** CMBX is Computer Modern Bold Extended; Medi is the bold weight of the PostScript fonts of TeX. */
    private static final Pattern BOLD_NAME =
            Pattern.compile("(?i:bold|black|heavy|cmbx|cmssbx|sfbx)|Medi(?!um)|-Bd|-B$");

    private static final Pattern ITALIC_NAME = Pattern.compile("(?i:italic|oblique)|-It$|CMTI|CMSL|SFTI");

    private final IdentityHashMap<PDFont, Boolean> bold = new IdentityHashMap<>();
    private final IdentityHashMap<PDFont, Boolean> italic = new IdentityHashMap<>();

    boolean isBold(PDFont font) {
        return bold.computeIfAbsent(font, PdfFonts::saysBold);
    }

    boolean isItalic(PDFont font) {
        return italic.computeIfAbsent(font, PdfFonts::saysItalic);
    }

    private static boolean saysItalic(PDFont font) {
        try {
            String name = font.getName();
            PDFontDescriptor descriptor = font.getFontDescriptor();
            return (name != null && ITALIC_NAME.matcher(name).find()) || (descriptor != null && descriptor.isItalic());
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static boolean saysBold(PDFont font) {
        try {
            String name = font.getName();
            if (name != null && BOLD_NAME.matcher(name).find()) {
                return true;
            }
            PDFontDescriptor descriptor = font.getFontDescriptor();
            return descriptor != null && (descriptor.getFontWeight() >= BOLD_WEIGHT || descriptor.isForceBold());
        } catch (RuntimeException e) {
            return false;
        }
    }
}
