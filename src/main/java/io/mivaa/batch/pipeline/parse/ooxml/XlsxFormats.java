package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.DateUtil;

/** Formats numbers with the number formats of a workbook, and dates as in ISO 8601. Not thread-safe. */
final class XlsxFormats {

    private static final int LONGEST_FORMAT = 255;

    private final DataFormatter formatter = new DataFormatter(Locale.US);
    private final Map<Integer, String> formats = new HashMap<>();
    private final List<Integer> cellFormats = new ArrayList<>();
    private final boolean counts1904;

    private XlsxFormats(boolean counts1904) {
        this.counts1904 = counts1904;
    }

    /** @param counts1904 whether the workbook counts dates from 1904 and not from 1900 */
    static XlsxFormats of(OoxmlPackage parts, String main, boolean counts1904) throws IOException {
        XlsxFormats formats = new XlsxFormats(counts1904);
        String part = parts.related(main, "styles");
        if (part != null) {
            try (XmlPart xml = parts.open(part)) {
                formats.read(xml);
            }
        }
        return formats;
    }

    private void read(XmlPart xml) throws IOException {
        boolean ofCells = false;
        while (xml.next()) {
            if (xml.starts("numFmt")) {
                formats.put(xml.number("numFmtId", 0), xml.attribute("formatCode", "General"));
            } else if (xml.starts("cellXfs") || xml.ends("cellXfs")) {
                ofCells = xml.isStart();
            } else if (ofCells && xml.starts("xf")) {
                cellFormats.add(xml.number("numFmtId", 0));
            }
        }
    }

    /** @param style index of the cell's format */
    String shown(String value, int style) {
        int id = style < cellFormats.size() ? cellFormats.get(style) : 0;
        try {
            return shown(Double.parseDouble(value), id, format(id));
        } catch (RuntimeException e) {
            // not a number, or a format that POI cannot apply: the value itself is better than nothing
            return CleanText.line(value);
        }
    }

    private String format(int id) {
        String format = formats.containsKey(id) ? formats.get(id) : BuiltinFormats.getBuiltinFormat(id);
        return format == null || format.length() > LONGEST_FORMAT ? "General" : format;
    }

    private String shown(double number, int id, String format) {
        if (DateUtil.isADateFormat(id, format) && DateUtil.isValidExcelDate(number)) {
            return date(number);
        }
        return CleanText.line(formatter.formatRawCellContents(number, id, format, counts1904));
    }

    private String date(double number) {
        var date = DateUtil.getLocalDateTime(number, counts1904, true);
        if (number < 1) {
            return date.toLocalTime().toString();
        }
        return date.toLocalTime().toSecondOfDay() == 0
                ? date.toLocalDate().toString()
                : date.toString().replace('T', ' ');
    }
}
