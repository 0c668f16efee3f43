package dev.weir.cli;

import dev.weir.resource.Json;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `weir edit`: changes an object in an editor.
@Command(
        name = "edit",
        description = "Opens an object in an editor and sends what was changed.",
        footer = {
            "",
            "The editor is KUBE_EDITOR, VISUAL or EDITOR, else vi. When the server refuses the",
            "change the editor opens again, with the reason above the object.",
            "",
            "Example: weir edit cm rates"
        })
final class EditCommand implements Runnable {
    private static final String HELP =
            "# Edit the object below; lines that begin with '#' are left out. An empty file ends"
                    + " this.\n";

    @ParentCommand private @Nullable Weir weir;

    @Parameters(
            arity = "1..2",
            paramLabel = "KIND NAME | KIND/NAME",
            hideParamSyntax = true,
            description = "What to edit.")
    private List<String> arguments = List.of();

    @Override
    public void run() {
        var parent = Weir.of(weir);
        try (var session = parent.connect()) {
            var targets = Target.parse(session.kinds(), arguments);
            if (targets.size() != 1 || targets.getFirst().names().size() != 1) {
                throw new Problem("edit takes one object: weir edit KIND NAME");
            }
            edit(parent.shell, session, targets.getFirst());
        }
    }

    private static void edit(Shell shell, Session session, Target target) {
        var type = target.type();
        var name = target.names().getFirst();
        var namespace = session.namespace(type);
        var object = session.objects().get(type, namespace, name);
        var original = object.with("metadata", object.object("metadata").without("managedFields"));
        var label = Target.label(type, name);
        var file = new EditedFile(shell, name);
        var offered = Yaml.write(original);
        var reason = "";
        while (true) {
            var text = file.open(HELP + comment(reason) + offered);
            if (text.isBlank() || text.equals(offered)) {
                end(shell, file, reason);
                return;
            }
            try {
                var edited = parse(text);
                var patch = MergePatch.between(original, edited);
                if (patch.isEmpty()) {
                    end(shell, file, reason);
                    return;
                }
                session.objects().merge(type, namespace, name, unmoved(patch), false);
                shell.out().println(label + " " + shell.green("edited"));
                file.delete();
                return;
            } catch (StatusException | Problem e) {
                reason = Problems.text(e);
                offered = text;
            }
        }
    }

    private static void end(Shell shell, EditedFile file, String reason) {
        if (reason.isEmpty()) {
            file.delete();
            shell.err().println("Edit cancelled, no changes made.");
            return;
        }
        throw new Problem(
                "the change was refused and not corrected: "
                        + reason
                        + "; your text is in "
                        + file.path());
    }

    private static Json.Obj parse(String text) {
        var documents = new ArrayList<Documents.Document>();
        Documents.parse(text, "the edited text", documents);
        if (documents.size() != 1) {
            throw new Problem("the edited text has " + documents.size() + " objects, expected one");
        }
        return documents.getFirst().object();
    }

    /// What says which object it is cannot be changed by editing.
    private static Json.Obj unmoved(Json.Obj patch) {
        for (var name : List.of("apiVersion", "kind")) {
            if (patch.has(name)) {
                throw new Problem(name + " cannot be changed");
            }
        }
        for (var name : List.of("name", "namespace", "uid")) {
            if (patch.object("metadata").has(name)) {
                throw new Problem("metadata." + name + " cannot be changed");
            }
        }
        return patch;
    }

    private static String comment(String reason) {
        return reason.isEmpty() ? "" : "# " + reason.strip().replaceAll("\\R", "\n# ") + "\n#\n";
    }
}
