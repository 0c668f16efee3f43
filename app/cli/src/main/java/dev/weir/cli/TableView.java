package dev.weir.cli;

import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import java.util.List;

/// A kind's objects as the table that the server makes of them, and the changes after it. One
/// thread uses it.
final class TableView {
    private static final int PAGE = 500;

    private final Shell shell;
    private final Session session;
    private final Columns columns;
    private final Grid grid;
    private boolean headerDue;
    private boolean gapDue;
    private Json.Obj definitions = Json.Obj.EMPTY;

    /// How the table looks.
    ///
    /// @param header whether it begins with the columns' names
    /// @param apart whether an empty line goes before the first row
    record Look(Columns columns, boolean header, boolean apart) {}

    TableView(Shell shell, Session session, Look look) {
        this.shell = shell;
        this.session = session;
        this.columns = look.columns;
        this.grid = new Grid(shell);
        this.headerDue = look.header;
        this.gapDue = look.apart;
    }

    /// Prints what there is and says whether that is anything.
    boolean show(Target target, Query query) {
        if (target.names().isEmpty()) {
            pages(target.type(), query);
            return !definitions.isEmpty();
        }
        for (var name : target.names()) {
            print(one(target, name));
        }
        return true;
    }

    /// Prints what there is and then each change, until the reader is gone.
    void follow(Target target, Query query) {
        var narrow = target.narrow(query);
        var version = pages(target.type(), narrow);
        if (definitions.isEmpty() && !target.names().isEmpty()) {
            one(target, target.names().getFirst());
        }
        shell.out().flush();
        new Changes(q -> session.client().watchTable(target.type(), q), narrow.from(version))
                .forEach(object -> {
                    print(object.json());
                    return !shell.out().checkError();
                });
    }

    private Json.Obj one(Target target, String name) {
        var namespace = session.namespace(target.type());
        return table(session.client().table(target.type(), namespace, name));
    }

    /// Prints all pages and returns the version that they show.
    private String pages(ResourceType<Dynamic> type, Query query) {
        var token = "";
        while (true) {
            var page = table(session.client().table(type, query.page(PAGE, token)));
            print(page);
            token = page.object("metadata").string("continue");
            if (token.isEmpty()) {
                return page.object("metadata").string("resourceVersion");
            }
        }
    }

    private static Json.Obj table(Json.Obj answer) {
        return answer.string("kind").equals("Table") ? answer : Columns.ofObjects(answer);
    }

    private void print(Json.Obj table) {
        boolean first = !table.array("columnDefinitions").items().isEmpty();
        var rows = columns.rows(first ? table : definitions, table);
        if (rows.isEmpty()) {
            return;
        }
        definitions = first ? table : definitions;
        if (gapDue) {
            shell.out().println();
            gapDue = false;
        }
        grid.print(headerDue ? columns.header(definitions) : List.of(), rows);
        headerDue = false;
    }
}
