package dev.weir.cli;

import java.util.List;

/// A page of the reference, built from top to bottom. All texts are escaped.
final class Html {
    private static final String STYLE =
            "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
                    + "color-scheme:light dark}"
                    + "table{border-collapse:collapse;width:100%}"
                    + "td,th{text-align:left;vertical-align:top;padding:.2em .8em .2em 0;"
                    + "border-bottom:1px solid #8884}"
                    + "code,pre{font-family:ui-monospace,monospace;font-size:.9em}"
                    + "pre{overflow-x:auto}";

    private final StringBuilder body = new StringBuilder();
    private final String title;

    Html(String title) {
        this.title = title;
        element("h1", title);
    }

    /// A heading that other pages can point to.
    void heading(String id, String text) {
        body.append("<h2 id=\"").append(escaped(id)).append("\">");
        body.append(escaped(text)).append("</h2>\n");
    }

    void paragraph(String text) {
        element("p", text);
    }

    void preformatted(String text) {
        element("pre", text);
    }

    void link(String target, String text) {
        body.append("<p><a href=\"").append(escaped(target)).append("\">");
        body.append(escaped(text)).append("</a></p>\n");
    }

    /// A table whose first column is code.
    void table(List<String> header, List<List<String>> rows) {
        body.append("<table>\n<tr>");
        header.forEach(cell -> body.append("<th>").append(escaped(cell)).append("</th>"));
        body.append("</tr>\n");
        for (var row : rows) {
            body.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                var cell = escaped(row.get(i));
                body.append("<td>");
                body.append(i == 0 ? "<code>" + cell + "</code>" : cell).append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</table>\n");
    }

    private void element(String name, String text) {
        body.append('<').append(name).append('>');
        body.append(escaped(text)).append("</").append(name).append(">\n");
    }

    String text() {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
                + escaped(title)
                + "</title>\n<style>"
                + STYLE
                + "</style></head>\n<body>\n"
                + body
                + "</body></html>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
