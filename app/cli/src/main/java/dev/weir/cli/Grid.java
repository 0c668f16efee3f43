package dev.weir.cli;

import java.util.ArrayList;
import java.util.List;

/// Lines of cells, aligned by columns that are three spaces apart.
///
/// One thread uses it. Widths grow with what is printed, so that the rows of a watch stay aligned
/// with those before as far as they can.
final class Grid {
    private static final int GAP = 3;

    private final Shell shell;
    private final List<Integer> widths = new ArrayList<>();

    Grid(Shell shell) {
        this.shell = shell;
    }

    void print(List<String> header, List<List<String>> rows) {
        widen(header);
        rows.forEach(this::widen);
        if (!header.isEmpty()) {
            shell.out().println(shell.bold(line(header)));
        }
        rows.forEach(row -> shell.out().println(line(row)));
    }

    private void widen(List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            int length = cells.get(i).codePointCount(0, cells.get(i).length());
            if (i == widths.size()) {
                widths.add(length);
            } else {
                widths.set(i, Math.max(widths.get(i), length));
            }
        }
    }

    private String line(List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            var cell = cells.get(i);
            line.append(cell);
            if (i < cells.size() - 1) {
                int length = cell.codePointCount(0, cell.length());
                line.repeat(' ', widths.get(i) - length + GAP);
            }
        }
        return line.toString().stripTrailing();
    }
}
