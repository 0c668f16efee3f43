package dev.weir.weave;

import dev.weir.weave.WeaveException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// Weaves a folder of classes where they are.
///
/// Classes that are woven already stay as they are, so a second run does nothing. A class is
/// replaced as a whole or not at all.
public final class FolderWeaver {
    private static final String INFO = "module-info.class";

    private final Weaver weaver;

    /// A weaver of the project's own classes.
    public FolderWeaver(Weaver weaver) {
        this.weaver = weaver;
    }

    /// Weaves all classes below a folder.
    ///
    /// @throws WeaveException `IO` where a file cannot be read or written
    public WeaveReport weave(Path folder) {
        var count = new WeaveReport.Count();
        var descriptors = new ArrayList<Path>();
        try {
            for (var file : classes(folder)) {
                if (file.endsWith(INFO)) {
                    descriptors.add(file);
                } else {
                    weave(count, folder, file);
                }
            }
            var report = count.report();
            if (report.woven() > 0) {
                for (var file : descriptors) {
                    replace(file, ModuleInfo.requireHooks(Files.readAllBytes(file)));
                }
            }
            return report;
        } catch (IOException e) {
            throw new WeaveException(Code.IO, folder + ": cannot be woven: " + e.getMessage(), e);
        }
    }

    private static List<Path> classes(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
    }

    private void weave(WeaveReport.Count count, Path folder, Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        var name = folder.relativize(file).toString();
        var woven = count.weave(weaver, name, bytes, true);
        if (woven != bytes) {
            replace(file, woven);
        }
    }

    private static void replace(Path file, byte @org.jspecify.annotations.Nullable [] bytes)
            throws IOException {
        if (bytes == null) {
            return;
        }
        // The time stays: a compiler that looks at it sees its own work.
        var time = Files.getLastModifiedTime(file);
        var part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, bytes);
        Files.setLastModifiedTime(part, time);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
