package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.poi.hssf.eventusermodel.HSSFEventFactory;
import org.apache.poi.hssf.eventusermodel.HSSFListener;
import org.apache.poi.hssf.eventusermodel.HSSFRequest;
import org.apache.poi.hssf.record.BOFRecord;
import org.apache.poi.hssf.record.BoundSheetRecord;
import org.apache.poi.hssf.record.ColumnInfoRecord;
import org.apache.poi.hssf.record.EOFRecord;
import org.apache.poi.hssf.record.MergeCellsRecord;
import org.apache.poi.hssf.record.Record;
import org.apache.poi.hssf.record.RowRecord;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.ss.util.CellRangeAddress;

/**
 * Which sheets, rows and columns of a workbook of Excel 97 to 2003 are hidden, and which cells are merged: Tika does not
 * report that. Not thread-safe.
 */
final class XlsLayout implements HSSFListener {

    private static final int MOST_AREAS = 100_000;
    private static final int RECORDS_BETWEEN_CHECKS = 4096;

    /** A record that POI does not support. It shows that a filter hides some rows of the sheet ([MS-XLS] 2.4.102). */
    private static final short FILTER_MODE = 0x9B;

    private final List<BoundSheetRecord> declared = new ArrayList<>();
    private final List<Sheet> sheets = new ArrayList<>();
    private final Map<String, Sheet> byName = new HashMap<>();
    private final Set<String> hidden = new HashSet<>();
    private int depth;
    private int areas;
    private long records;

    /** An area is its first and last row, then its first and last column, 0-based. */
    private static final class Sheet {
        private final List<int[]> merged = new ArrayList<>();
        private final List<int[]> rows = new ArrayList<>();
        private final List<int[]> columns = new ArrayList<>();
        private boolean filtered;
    }

    private XlsLayout() {}

    static XlsLayout of(POIFSFileSystem files) throws IOException {
        XlsLayout layout = new XlsLayout();
        HSSFRequest request = new HSSFRequest();
        request.addListenerForAllRecords(layout);
        request.addListener(layout, FILTER_MODE);
        try {
            new HSSFEventFactory().processWorkbookEvents(request, files);
        } catch (IllegalArgumentException e) {
            // older than Excel 97: its records say nothing about the layout
            return new XlsLayout();
        }
        BoundSheetRecord[] inOrder = BoundSheetRecord.orderByBofPosition(layout.declared);
        for (int i = 0; i < inOrder.length; i++) {
            if (inOrder[i].isHidden() || inOrder[i].isVeryHidden()) {
                layout.hidden.add(inOrder[i].getSheetname());
            } else if (i < layout.sheets.size()) {
                layout.byName.put(inOrder[i].getSheetname(), layout.sheets.get(i));
            }
        }
        return layout;
    }

    @Override
    public void processRecord(Record record) {
        if (++records % RECORDS_BETWEEN_CHECKS == 0) {
            SourceBytes.checkCancelled();
        }
        if (record instanceof BOFRecord start) {
            if (depth++ == 0 && start.getType() != BOFRecord.TYPE_WORKBOOK) {
                sheets.add(new Sheet());
            }
        } else if (record instanceof EOFRecord) {
            depth--;
        } else if (record instanceof BoundSheetRecord sheet) {
            declared.add(sheet);
        } else if (depth == 1 && !sheets.isEmpty()) {
            layOut(sheets.get(sheets.size() - 1), record);
        }
    }

    private void layOut(Sheet sheet, Record record) {
        if (record instanceof RowRecord row && row.getZeroHeight() && row.getOutlineLevel() == 0) {
            add(sheet.rows, row.getRowNumber(), row.getRowNumber(), 0, 0);
        } else if (record instanceof ColumnInfoRecord column && column.getHidden() && column.getOutlineLevel() == 0) {
            add(sheet.columns, 0, 0, column.getFirstColumn(), column.getLastColumn());
        } else if (record instanceof MergeCellsRecord merged) {
            for (int i = 0; i < merged.getNumAreas(); i++) {
                CellRangeAddress area = merged.getAreaAt(i);
                add(sheet.merged, area.getFirstRow(), area.getLastRow(), area.getFirstColumn(), area.getLastColumn());
            }
        } else if (record.getSid() == FILTER_MODE) {
            sheet.filtered = true;
        }
    }

    private void add(List<int[]> list, int firstRow, int lastRow, int firstColumn, int lastColumn) {
        if (areas++ < MOST_AREAS) {
            list.add(new int[] {firstRow, lastRow, firstColumn, lastColumn});
        }
    }

    boolean isHidden(String sheet) {
        return hidden.contains(sheet);
    }

    /** Marks the merged and hidden cells of a sheet. */
    void apply(String name, SheetCells cells) {
        Sheet sheet = byName.get(name);
        if (sheet == null) {
            return;
        }
        sheet.merged.forEach(area -> cells.merge(area[0], area[2], area[1], area[3]));
        sheet.columns.forEach(area -> cells.hideColumns(area[2], area[3]));
        if (!sheet.filtered) {
            sheet.rows.forEach(area -> cells.hideRows(area[0], area[1]));
        }
    }
}
