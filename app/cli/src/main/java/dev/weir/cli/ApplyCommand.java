package dev.weir.cli;

import dev.weir.resource.StatusException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `weir apply`: makes objects as files say.
@Command(
        name = "apply",
        description = "Creates objects, or changes them to what files say.",
        footer = {
            "",
            "What a file no longer says is removed; what others set is kept. Works together with",
            "kubectl apply: both keep the last manifest in the same annotation.",
            "",
            "Examples:",
            "  weir apply -f policy.yaml",
            "  weir apply -f manifests/ --dry-run",
            "  generate | weir apply -f -"
        })
final class ApplyCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "A YAML or JSON file, a folder of them, or - for standard input.")
    private List<String> files = List.of();

    @Option(
            names = {"-R", "--recursive"},
            description = "Folders with the folders in them.")
    private boolean recursive;

    @Option(names = "--dry-run", description = "Let the server check everything and store nothing.")
    private boolean dryRun;

    @Override
    public void run() {
        var parent = Weir.of(weir);
        var documents = new Documents(parent.shell).read(files, recursive);
        try (var session = parent.connect()) {
            int failed = 0;
            for (var document : documents) {
                failed += apply(parent.shell, session, document) ? 0 : 1;
            }
            if (failed > 0 && documents.size() > 1) {
                throw new Problem(
                        failed
                                + " of "
                                + documents.size()
                                + " objects were not applied; correct"
                                + " them and run this again");
            }
            if (failed > 0) {
                throw new Silent();
            }
        }
    }

    private boolean apply(Shell shell, Session session, Documents.Document document) {
        try {
            var applied = new Application(session, dryRun).apply(document);
            var dry = dryRun ? " (server dry run)" : "";
            shell.out().println(applied.label() + " " + shell.green(applied.outcome()) + dry);
            shell.out().flush();
            return true;
        } catch (StatusException | Problem e) {
            var subject = document.kind() + "/" + document.name();
            var text = Problems.text(e);
            Problems.print(
                    shell,
                    document.from()
                            + ": "
                            + (text.contains(document.name()) ? text : subject + ": " + text));
            return false;
        }
    }
}
