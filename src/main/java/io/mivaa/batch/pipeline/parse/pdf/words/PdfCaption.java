package io.mivaa.batch.pipeline.parse.pdf.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises the captions of figures and tables by how they begin. */
public final class PdfCaption {

    private static final int LONGEST = 600;

    /** No lower-case word may follow the number, because "Figure 3 shows" begins a sentence of the prose. */
    private static final String NUMBER =
            "\\s+(?:\\d+|[A-Z]|[IVX]+)(?:[.\u2013-]\\d+)*(?:[.:]|\\s*$|\\s+(?=[^\\p{Ll}]|(?i:continued\\b|cont['\u2019]d)))";

    private static final Pattern FIGURE = Pattern.compile(
            "^(?:Figure|Fig\\.|FIGURE|FIG\\.|Abbildung|Abb\\.|Figura|Illustration|Exhibit|Chart)" + NUMBER);

    private static final Pattern TABLE =
            Pattern.compile("^(?:Table|TABLE|Tab\\.|Tabelle|Tableau|Tabla|Tabela|Tabella)" + NUMBER);

    private PdfCaption() {}

    public static boolean isOfFigure(String text) {
        return text.length() <= LONGEST && FIGURE.matcher(text).find();
    }

    public static boolean isOfTable(String text) {
        return text.length() <= LONGEST && TABLE.matcher(text).find();
    }

    /** The label of a table, such as "table 2-1"; empty when the text is no caption of a table. */
    public static String label(String text) {
        Matcher label = TABLE.matcher(text);
        return label.find()
                ? label.group().replaceFirst("(?<![.:\\s])[.:\\s]++$", "").toLowerCase(Locale.ROOT)
                : "";
    }

    /** Divides a line where the caption of a figure follows another text. */
    public static List<List<PdfWord>> apart(List<PdfWord> line) {
        List<List<PdfWord>> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i < line.size(); i++) {
            PdfWord word = line.get(i);
            if (line.get(i - 1).gapTo(word) > 1.5f * word.size()
                    && isOfFigure(PdfPlaced.text(line.subList(i, line.size())))) {
                parts.add(line.subList(from, i));
                from = i;
            }
        }
        parts.add(line.subList(from, line.size()));
        return parts;
    }
}
