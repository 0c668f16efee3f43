package dev.weir.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `weir version`: which program this is, and which server it talks to.
@Command(name = "version", description = "Shows the versions of this program and of the server.")
final class VersionCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Option(names = "--server", description = "Ask the server too.")
    private boolean server;

    @Override
    public void run() {
        var parent = Weir.of(weir);
        var out = parent.shell.out();
        out.println("weir " + version() + ", Java " + Runtime.version());
        if (server) {
            try (var session = parent.connect()) {
                var reply = session.client().raw("GET", "/version", Map.of(), null).json();
                out.println("server " + reply.string("gitVersion"));
            }
        }
    }

    /// The version of the module; jars carry it, folders of classes do not.
    static String version() {
        var descriptor = VersionCommand.class.getModule().getDescriptor();
        return descriptor == null
                ? "(development)"
                : descriptor.rawVersion().orElse("(development)");
    }
}
