package dev.weir.cli;

import dev.weir.weave.FolderWeaver;
import dev.weir.weave.JarWeaver;
import dev.weir.weave.Weaver;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The modules of the programs with those woven that the launcher has woven too.
final class WovenModules {
    private static final List<String> WOVEN =
            List.of(
                    "control/kubernetes/",
                    "examples/payments/",
                    "weir-kubernetes",
                    "weir-payments",
                    "jetty-server");

    private WovenModules() {}

    /// A module path with woven copies in the place of some entries.
    ///
    /// @param path folders and jars
    /// @param folder where the copies go
    static String of(List<String> path, Path folder) throws IOException {
        var weaver = Weaver.of(WovenModules::open, Set.of("start"));
        var result = new ArrayList<String>();
        for (var entry : path) {
            boolean woven = WOVEN.stream().anyMatch(name -> entry.contains(name));
            result.add(woven ? weave(weaver, Path.of(entry), folder).toString() : entry);
        }
        return String.join(File.pathSeparator, result);
    }

    private static InputStream open(String name) {
        return ClassLoader.getSystemResourceAsStream(name);
    }

    private static Path weave(Weaver weaver, Path entry, Path folder) throws IOException {
        if (Files.isRegularFile(entry)) {
            var copy = folder.resolve(entry.getFileName().toString());
            new JarWeaver(weaver, false).weave(entry, copy);
            return copy;
        }
        var copy = Files.createTempDirectory(folder, "woven");
        try (var files = Files.walk(entry)) {
            for (var file : files.toList()) {
                var to = copy.resolve(entry.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        new FolderWeaver(weaver).weave(copy);
        return copy;
    }
}
