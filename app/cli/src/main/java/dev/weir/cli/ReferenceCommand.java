package dev.weir.cli;

import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `weir reference`: writes the pages about commands and kinds, from the commands themselves and
/// from what a server tells about the kinds that it has. `./weir docs` runs it.
@Command(name = "reference", hidden = true, description = "Writes the reference as HTML.")
final class ReferenceCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(arity = "1", paramLabel = "DIR", description = "The folder to write into.")
    private Path folder = Path.of("");

    @Override
    public void run() {
        if (spec == null || spec.parent() == null) {
            throw new IllegalStateException("a command without its parent");
        }
        Logs.warnings();
        try {
            Files.createDirectories(folder);
            write("commands.html", CommandPage.of(spec.parent()));
            write("kinds.html", kinds());
            write("index.html", index());
        } catch (IOException e) {
            throw new Problem(folder + " cannot be written: " + e, e);
        }
        Weir.of(weir).shell.out().println(folder.resolve("index.html"));
    }

    private void write(String name, Html page) throws IOException {
        Files.writeString(folder.resolve(name), page.text());
    }

    private static Html kinds() throws IOException {
        var scratch = Files.createTempDirectory("weir-reference");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var options = ServerOptions.in(scratch).on(List.of(address));
        try (var plane = ControlPlane.start(options);
                var session = new Session(config(plane), "default", false)) {
            return KindPage.of(session.client());
        } finally {
            Folders.delete(scratch);
        }
    }

    private static dev.weir.kubernetes.Connection config(ControlPlane plane) {
        return dev.weir.kubernetes.Kubeconfig.load(List.of(plane.kubeconfig())).connection();
    }

    private static Html index() {
        var page = new Html("Weir");
        page.paragraph("Made from the code by ./weir docs.");
        page.link("commands.html", "Commands");
        page.link("kinds.html", "Kinds");
        page.link("api/index.html", "Javadoc");
        return page;
    }
}
