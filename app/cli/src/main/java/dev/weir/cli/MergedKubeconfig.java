package dev.weir.cli;

import dev.weir.resource.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// A kubeconfig with the entries of another in it: those of the same name are replaced, all others
/// are kept.
final class MergedKubeconfig {
    private static final List<String> LISTS = List.of("clusters", "users", "contexts");

    private MergedKubeconfig() {}

    /// The merged text.
    ///
    /// @param target the text to merge into; empty for a new file
    static String of(String target, Path targetFile, String added, Path addedFile) {
        var result =
                target.isBlank()
                        ? Json.Obj.of("apiVersion", Json.of("v1")).with("kind", Json.of("Config"))
                        : root(target, targetFile);
        var news = root(added, addedFile);
        for (var list : LISTS) {
            result = result.with(list, merged(result.array(list), news.array(list)));
        }
        var current = news.string("current-context");
        return Yaml.write(
                current.isEmpty() ? result : result.with("current-context", Json.of(current)));
    }

    private static Json.Obj root(String text, Path file) {
        var documents = Yaml.read(text, file.toString());
        if (documents.size() == 1 && documents.getFirst() instanceof Json.Obj object) {
            return object;
        }
        throw new Problem(file + " is no kubeconfig; name another");
    }

    private static Json.Arr merged(Json.Arr old, Json.Arr news) {
        var names = news.items().stream().map(MergedKubeconfig::name).toList();
        var items = new ArrayList<>(old.items());
        items.removeIf(item -> names.contains(name(item)));
        items.addAll(news.items());
        return new Json.Arr(items);
    }

    private static String name(Json entry) {
        return entry instanceof Json.Obj object ? object.string("name") : "";
    }

    /// Replaces the file as a whole, readable by its owner only.
    static void write(Path file, String text) {
        var target = file.toAbsolutePath();
        var next = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.createDirectories(target.getParent());
            Files.deleteIfExists(next);
            Files.createFile(
                    next,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, text, StandardOpenOption.WRITE);
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Problem(file + " cannot be written: " + e, e);
        }
    }
}
