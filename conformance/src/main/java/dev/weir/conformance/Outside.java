package dev.weir.conformance;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where outside suites and data are looked up: in the folders of `WEIR_DATA`, by name.
final class Outside {
    private final List<Path> folders;

    /// @param list folders with the system's path separator between them; null for `../shared/data`
    ///   beside the tree
    Outside(@Nullable String list, Path root) {
        var found = new ArrayList<Path>();
        if (list == null || list.isBlank()) {
            found.add(root.resolve("../shared/data").normalize());
        } else {
            for (var folder : list.split(Pattern.quote(File.pathSeparator), -1)) {
                if (!folder.isBlank()) {
                    found.add(Path.of(folder));
                }
            }
        }
        folders = List.copyOf(found);
    }

    /// The first file or folder of that name.
    ///
    /// @param what what it holds, and where that comes from, for the message
    /// @throws AbsentException when no folder has it
    Path find(String name, String what) {
        for (var folder : folders) {
            if (Files.exists(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        throw new AbsentException(
                "needs "
                        + what
                        + ": put it at "
                        + folders.getFirst().resolve(name)
                        + ", or name the folder that has "
                        + name
                        + " in WEIR_DATA");
    }
}
