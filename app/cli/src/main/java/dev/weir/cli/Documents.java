package dev.weir.cli;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The objects in files, folders and standard input: JSON, or YAML with any number of documents;
/// lists of objects count as their items.
final class Documents {
    private final Shell shell;

    Documents(Shell shell) {
        this.shell = shell;
    }

    /// An object and where it is from.
    record Document(Json.Obj object, String from) {
        String apiVersion() {
            return object.string("apiVersion");
        }

        String kind() {
            return object.string("kind");
        }

        String name() {
            return Target.name(object);
        }
    }

    /// The objects of all sources, in their order; those of a folder by file name.
    ///
    /// @param recursive whether folders count with the folders in them
    List<Document> read(List<String> sources, boolean recursive) {
        var documents = new ArrayList<Document>();
        for (var source : sources) {
            if (source.equals("-")) {
                parse(standardInput(), "standard input", documents);
                continue;
            }
            for (var file : files(Path.of(source), recursive)) {
                parse(text(file), file.toString(), documents);
            }
        }
        if (documents.isEmpty()) {
            throw new Problem("no objects in " + String.join(", ", sources));
        }
        return documents;
    }

    private static List<Path> files(Path source, boolean recursive) {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        try (var found = Files.walk(source, recursive ? Integer.MAX_VALUE : 1)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(source.toString(), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    private String standardInput() {
        try {
            return new String(shell.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable("standard input", e);
        }
    }

    private static Problem unreadable(String source, IOException e) {
        var why =
                switch (e) {
                    case java.nio.file.NoSuchFileException _ -> "there is no such file";
                    case java.nio.file.AccessDeniedException _ -> "permission denied";
                    case java.nio.charset.CharacterCodingException _ -> "it is not UTF-8";
                    default -> e.toString();
                };
        return new Problem(source + " cannot be read: " + why, e);
    }

    static void parse(String text, String from, List<Document> documents) {
        for (var value : from.endsWith(".json") ? json(text, from) : Yaml.read(text, from)) {
            add(value, from, documents);
        }
    }

    private static List<Json> json(String text, String from) {
        try {
            return List.of(Json.parse(text));
        } catch (JsonException e) {
            throw new Problem(from + ": no JSON: " + e.getMessage(), e);
        }
    }

    private static void add(Json value, String from, List<Document> documents) {
        if (!(value instanceof Json.Obj object)) {
            throw new Problem(from + ": expected objects, found a value of type " + value.kind());
        }
        if (object.string("kind").endsWith("List")
                && object.get("items") instanceof Json.Arr list) {
            list.items().forEach(item -> add(item, from, documents));
            return;
        }
        for (var member : List.of("apiVersion", "kind")) {
            if (object.string(member).isEmpty()) {
                throw new Problem(from + ": an object without " + member);
            }
        }
        documents.add(new Document(object, from));
    }
}
