package dev.weir.cli;

import dev.weir.resource.DeleteOptions.Propagation;
import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `weir delete`: deletes objects and waits until they are gone.
@Command(
        name = "delete",
        description = "Deletes objects, and waits until their finalizers are done.",
        footer = {
            "",
            "Examples:",
            "  weir delete cm rates           one, by name",
            "  weir delete cm -l app=shop     those with a label",
            "  weir delete -f policy.yaml     what is in a file"
        })
final class DeleteCommand implements Runnable {
    private static final Duration STEP = Duration.ofMillis(100);

    @ParentCommand private @Nullable Weir weir;

    @Parameters(
            arity = "0..*",
            paramLabel = "KIND NAME... | KIND/NAME",
            hideParamSyntax = true,
            description = "What to delete.")
    private List<String> arguments = List.of();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            description = "What is in a file, a folder, or - for standard input.")
    private List<String> files = List.of();

    @Mixin private Selecting selecting = new Selecting();

    @Option(names = "--all", description = "All of the kind in the namespace.")
    private boolean all;

    @Option(
            names = "--cascade",
            paramLabel = "HOW",
            defaultValue = "background",
            description =
                    "What happens to the objects they own: background (default), foreground (first)"
                            + " or orphan (they stay).")
    private Propagation cascade = Propagation.Background;

    @Option(names = "--ignore-not-found", description = "What is not there counts as deleted.")
    private boolean ignoreMissing;

    @Option(names = "--no-wait", description = "Return at once; finalizers may still be at work.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long to wait. Default: for ever.")
    private int timeout;

    @Option(
            names = "--dry-run",
            description = "Let the server check everything and delete nothing.")
    private boolean dryRun;

    @Override
    public void run() {
        if (arguments.isEmpty() == files.isEmpty()) {
            throw new Problem("name what to delete, or a file with -f; see weir delete --help");
        }
        var parent = Weir.of(weir);
        try (var session = parent.connect()) {
            var doomed = files.isEmpty() ? named(session) : ofFiles(parent.shell, session);
            if (doomed.isEmpty()) {
                parent.shell.err().println("No resources found");
            }
            var deleted = new ArrayList<Deletion>();
            for (var deletion : doomed) {
                if (delete(parent.shell, session, deletion)) {
                    deleted.add(deletion);
                }
            }
            if (!noWait && !dryRun) {
                waitFor(session, deleted);
            }
        }
    }

    private List<Deletion> named(Session session) {
        var deletions = new ArrayList<Deletion>();
        for (var target : Target.parse(session.kinds(), arguments)) {
            var type = target.type();
            if (target.names().isEmpty()) {
                if (!all && !selecting.any()) {
                    throw new Problem("name the objects, select them with -l, or say --all");
                }
                var query = selecting.of(session.query(type, false));
                for (var object : session.objects().list(type, query)) {
                    var metadata = object.object("metadata");
                    deletions.add(
                            new Deletion(type, metadata.string("namespace"), Target.name(object)));
                }
            }
            for (var name : target.names()) {
                deletions.add(new Deletion(type, session.namespace(type), name));
            }
        }
        return deletions;
    }

    private List<Deletion> ofFiles(Shell shell, Session session) {
        var deletions = new ArrayList<Deletion>();
        for (var document : new Documents(shell).read(files, false)) {
            var type = session.kinds().find(document.apiVersion(), document.kind());
            if (type.isEmpty()) {
                if (!ignoreMissing) {
                    throw session.kinds().unknown(document.kind());
                }
                continue;
            }
            var own = document.object().object("metadata").string("namespace");
            var namespace = own.isEmpty() ? session.namespace(type.get()) : own;
            deletions.add(new Deletion(type.get(), namespace, document.name()));
        }
        return deletions;
    }

    private boolean delete(Shell shell, Session session, Deletion deletion) {
        try {
            session.objects()
                    .delete(
                            deletion.type(),
                            deletion.namespace(),
                            deletion.name(),
                            cascade,
                            dryRun);
        } catch (StatusException e) {
            if (e.reason() == Status.Reason.NotFound && ignoreMissing) {
                return false;
            }
            throw e;
        }
        var label = Target.label(deletion.type(), deletion.name());
        shell.out().println(label + " deleted" + (dryRun ? " (server dry run)" : ""));
        shell.out().flush();
        return true;
    }

    /// An object to delete.
    private record Deletion(
            dev.weir.resource.ResourceType<dev.weir.resource.Dynamic> type,
            String namespace,
            String name) {}

    private void waitFor(Session session, List<Deletion> deletions) {
        long deadline = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
        for (var deletion : deletions) {
            while (deleting(session, deletion)) {
                if (timeout > 0 && System.nanoTime() > deadline) {
                    throw new Problem(
                            Target.label(deletion.type(), deletion.name())
                                    + " is still there after "
                                    + timeout
                                    + " s: a finalizer is not done; see weir describe");
                }
                try {
                    Thread.sleep(STEP);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /// An object without the mark was made anew under the same name.
    private static boolean deleting(Session session, Deletion deletion) {
        return session.objects()
                .find(deletion.type(), deletion.namespace(), deletion.name())
                .map(object -> object.object("metadata").get("deletionTimestamp"))
                .filter(Json.Str.class::isInstance)
                .isPresent();
    }
}
