package dev.weir.cli;

import dev.weir.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `weir get`: shows objects.
@Command(
        name = "get",
        description = "Shows objects: a table, or with -o the whole of them.",
        footer = {
            "",
            "Examples:",
            "  weir get configmaps            all of the namespace",
            "  weir get cm,secrets -A         two kinds, in all namespaces",
            "  weir get cm rates -o yaml      one, whole",
            "  weir get events -w             and go on with each change"
        })
final class GetCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Parameters(
            arity = "1..*",
            paramLabel = "KIND [NAME...] | KIND/NAME",
            hideParamSyntax = true,
            description = "What to show.")
    private List<String> arguments = List.of();

    @Mixin private Selecting selecting = new Selecting();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "yaml, json, wide (more columns) or name.")
    private @Nullable Format format;

    @Option(
            names = {"-w", "--watch"},
            description = "Then show each change, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces.")
    private boolean all;

    @Option(names = "--show-labels", description = "Show the labels as the last column.")
    private boolean labels;

    @Option(names = "--no-headers", description = "Leave out the names of the columns.")
    private boolean noHeaders;

    @Option(names = "--show-managed-fields", description = "Keep metadata.managedFields.")
    private boolean managedFields;

    @Override
    public void run() {
        var parent = Weir.of(weir);
        try (var session = parent.connect()) {
            var targets = Target.parse(session.kinds(), arguments);
            check(targets);
            if (format == null || format == Format.WIDE) {
                tables(parent.shell, session, targets);
            } else {
                objects(parent.shell, session, targets, format);
            }
        }
    }

    private void check(List<Target> targets) {
        if (all && targets.stream().anyMatch(target -> !target.names().isEmpty())) {
            throw new Problem("a name and --all-namespaces exclude each other; use -n NAMESPACE");
        }
        if (selecting.any() && targets.stream().anyMatch(target -> !target.names().isEmpty())) {
            throw new Problem("names and selectors exclude each other; use one of them");
        }
        if (watch && (targets.size() > 1 || targets.getFirst().names().size() > 1)) {
            throw new Problem("--watch follows one kind or one object; name only one");
        }
    }

    private void tables(Shell shell, Session session, List<Target> targets) {
        boolean many = targets.size() > 1;
        boolean found = false;
        for (var target : targets) {
            var type = target.type();
            var prefix = many ? Target.label(type, "") : "";
            var columns =
                    new Columns(format == Format.WIDE, all && type.namespaced(), labels, prefix);
            var query = selecting.of(session.query(type, all));
            var view =
                    new TableView(shell, session, new TableView.Look(columns, !noHeaders, found));
            if (watch) {
                view.follow(target, query);
            } else {
                found |= view.show(target, query);
            }
            shell.out().flush();
        }
        if (!found && !watch) {
            shell.err().println(none(session, targets));
        }
    }

    private String none(Session session, List<Target> targets) {
        boolean everywhere = all || targets.stream().noneMatch(t -> t.type().namespaced());
        return "No resources found"
                + (everywhere ? "" : " in " + session.namespace() + " namespace.");
    }

    private void objects(Shell shell, Session session, List<Target> targets, Format chosen) {
        var found = new ArrayList<Json.Obj>();
        for (var target : targets) {
            found.addAll(objects(session, target));
        }
        boolean single = targets.size() == 1 && targets.getFirst().names().size() == 1;
        if (chosen == Format.NAME) {
            found.forEach(object -> shell.out().println(label(object)));
        } else {
            shell.out().print(text(single ? found.getFirst() : asList(found), chosen));
        }
        shell.out().flush();
        if (watch) {
            follow(shell, session, targets.getFirst(), chosen);
        }
    }

    private List<Json.Obj> objects(Session session, Target target) {
        var type = target.type();
        if (target.names().isEmpty()) {
            return session.objects().list(type, selecting.of(session.query(type, all))).stream()
                    .map(this::shown)
                    .toList();
        }
        return target.names().stream()
                .map(name -> session.objects().get(type, session.namespace(type), name))
                .map(this::shown)
                .toList();
    }

    private void follow(Shell shell, Session session, Target target, Format chosen) {
        var type = target.type();
        var query = target.narrow(selecting.of(session.query(type, all)));
        var newest = session.client().list(type, query.page(1, "")).resourceVersion();
        var changes = new Changes(q -> session.client().watch(type, q), query.from(newest));
        changes.forEach(object -> {
            var json = shown(type.encode(object));
            if (chosen == Format.NAME) {
                shell.out().println(label(json));
            } else {
                shell.out().print(chosen == Format.YAML ? "---\n" : "");
                shell.out().print(text(json, chosen));
            }
            return !shell.out().checkError();
        });
    }

    private static Json.Obj asList(List<Json.Obj> items) {
        return Json.object(
                Map.of(
                        "apiVersion", Json.of("v1"),
                        "kind", Json.of("List"),
                        "items", new Json.Arr(List.copyOf(items))));
    }

    private static String text(Json.Obj object, Format format) {
        return format == Format.YAML ? Yaml.write(object) : PrettyJson.write(object);
    }

    private static String label(Json.Obj object) {
        var apiVersion = object.string("apiVersion");
        int slash = apiVersion.indexOf('/');
        var group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
        return object.string("kind").toLowerCase(java.util.Locale.ROOT)
                + group
                + "/"
                + Target.name(object);
    }

    private Json.Obj shown(Json.Obj object) {
        return managedFields
                ? object
                : object.with("metadata", object.object("metadata").without("managedFields"));
    }
}
