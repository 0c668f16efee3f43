package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A temporary file that only its owner can read, and the user's editor on it.
final class EditedFile {
    private final Shell shell;
    private final Path path;

    EditedFile(Shell shell, String name) {
        this.shell = shell;
        try {
            path = Files.createTempFile("weir-" + name.replaceAll("[^a-zA-Z0-9.-]", "_"), ".yaml");
        } catch (IOException e) {
            throw new Problem("no temporary file: " + e + "; is TMPDIR writable?", e);
        }
    }

    Path path() {
        return path;
    }

    /// Opens the editor on a text, and returns what was saved, without its comments.
    String open(String text) {
        var editor = editor();
        try {
            Files.writeString(path, text);
            // The shell splits the variable into words, as git and kubectl do.
            var command = new ArrayList<>(List.of("sh", "-c", editor + " \"$1\"", "sh"));
            command.add(path.toString());
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new Problem(
                        "the editor \"" + editor + "\" ended with " + code + "; set EDITOR");
            }
            return Files.readString(path)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new Problem("cannot edit " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem("interrupted while editing; your text is in " + path, e);
        }
    }

    private String editor() {
        for (var name : List.of("KUBE_EDITOR", "VISUAL", "EDITOR")) {
            if (!shell.variable(name).isEmpty()) {
                return shell.variable(name);
            }
        }
        return "vi";
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new Problem("cannot delete " + path + ": " + e, e);
        }
    }
}
