package dev.weir.apiserver;

import dev.weir.resource.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The table of the built-in types, read once from the resource `types.txt`, which explains its own
/// notation.
final class TypeTable {
    static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final List<String> ALL_VERBS =
            List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "update",
                    "watch");

    static final TypeTable BUILT_IN = read();

    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final List<KindRow> kinds = new ArrayList<>();

    /// A kind of the table.
    record KindRow(ResourceType.Names names, String type, List<String> verbs) {}

    private TypeTable() {}

    /// The message of that full name.
    Message message(String name) {
        return Objects.requireNonNull(messages.get(name), name);
    }

    /// All messages, in the order of the table.
    List<Message> messages() {
        return List.copyOf(messages.values());
    }

    /// All kinds, in the order of the table.
    List<KindRow> kinds() {
        return List.copyOf(kinds);
    }

    /// The message of a kind, or null where the kind is not built in.
    @Nullable Message kind(String apiVersion, String kind) {
        for (var row : kinds) {
            var names = row.names();
            var version =
                    names.group().isEmpty()
                            ? names.version()
                            : names.group() + "/" + names.version();
            if (version.equals(apiVersion) && names.kind().equals(kind)) {
                return message(row.type());
            }
        }
        return null;
    }

    private static TypeTable read() {
        try (var in = TypeTable.class.getResourceAsStream("types.txt")) {
            var bytes = Objects.requireNonNull(in, "types.txt").readAllBytes();
            var table = new TypeTable();
            table.parse(new String(bytes, StandardCharsets.UTF_8).lines().toList());
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parse(List<String> lines) {
        var blocks = blocks(lines);
        for (var block : blocks) {
            messages.put(block.name(), block.message(List.of()));
        }
        for (var block : blocks) {
            var members = block.body().stream().map(line -> member(line, block.name())).toList();
            messages.put(block.name(), block.message(members));
        }
    }

    private record Block(String name, boolean union, String description, List<String> body) {
        Message message(List<Member> members) {
            return Message.of(name, union, description, members);
        }
    }

    private List<Block> blocks(List<String> lines) {
        var blocks = new ArrayList<Block>();
        var prefix = "";
        var body = new ArrayList<String>();
        for (var line : lines) {
            if (line.startsWith("package ")) {
                prefix = line.substring("package ".length()) + ".";
            } else if (line.startsWith("kind ")) {
                kinds.add(kindRow(line.split(" ")));
            } else if (line.startsWith("type ")) {
                var words = words(line).split(" ");
                body = new ArrayList<>();
                blocks.add(new Block(prefix + words[1], words.length > 2, description(line), body));
            } else if (line.startsWith("  ")) {
                body.add(line.strip());
            }
        }
        return blocks;
    }

    private static String words(String line) {
        var end = line.indexOf(" -- ");
        return end < 0 ? line : line.substring(0, end);
    }

    private static String description(String line) {
        var start = line.indexOf(" -- ");
        return start < 0 ? "" : line.substring(start + " -- ".length());
    }

    private static KindRow kindRow(String[] words) {
        var slash = words[2].indexOf('/');
        var kind = words[3].substring(words[3].lastIndexOf('.') + 1);
        var flags = new LinkedHashMap<String, List<String>>();
        for (int i = 4; i < words.length; i++) {
            var parts = words[i].split("=", 2);
            flags.put(
                    parts[0],
                    parts.length < 2 || parts[1].isEmpty()
                            ? List.of()
                            : List.of(parts[1].split(",")));
        }
        var names =
                new ResourceType.Names(
                        slash < 0 ? "" : words[2].substring(0, slash),
                        words[2].substring(slash + 1),
                        kind,
                        words[1],
                        kind.toLowerCase(Locale.ROOT),
                        flags.getOrDefault("short", List.of()),
                        flags.getOrDefault("category", List.of()),
                        !flags.containsKey("cluster"),
                        flags.containsKey("status"),
                        "",
                        "",
                        List.of());
        return new KindRow(names, words[3], flags.getOrDefault("verbs", ALL_VERBS));
    }

    private Member member(String line, String owner) {
        var words = List.of(words(line).split(" "));
        var number = Integer.parseInt(words.get(0));
        var map = words.get(2).equals("map");
        var type = words.get(map ? 3 : 2);
        var flags = words.subList(map ? 4 : 3, words.size());
        var merge = flag(flags, "merge");
        var pointer = type.endsWith("?");
        var shape = shape(pointer ? type.substring(0, type.length() - 1) : type, owner);
        return new Member(
                number,
                words.get(1),
                map ? new Shape.MapOf(shape) : shape,
                pointer,
                flags.contains("!"),
                flags.contains("omitzero"),
                merge == null ? "" : "merge",
                merge == null ? "" : merge,
                Objects.requireNonNullElse(flag(flags, "go"), ""),
                description(line));
    }

    private static @Nullable String flag(List<String> flags, String name) {
        for (var flag : flags) {
            if (flag.equals(name)) {
                return "";
            }
            if (flag.startsWith(name + "=")) {
                return flag.substring(name.length() + 1);
            }
        }
        return null;
    }

    private Shape shape(String type, String owner) {
        if (type.startsWith("[]")) {
            return new Shape.ListOf(shape(type.substring(2), owner));
        }
        return switch (type) {
            case "string" -> Shape.Scalar.STRING;
            case "bool" -> Shape.Scalar.BOOL;
            case "int32" -> Shape.Scalar.INT32;
            case "int64" -> Shape.Scalar.INT64;
            case "double" -> Shape.Scalar.DOUBLE;
            case "bytes" -> Shape.Scalar.BYTES;
            case "time" -> Shape.Scalar.TIME;
            case "microtime" -> Shape.Scalar.MICROTIME;
            case "json" -> Shape.Scalar.JSON;
            case "strings" -> Shape.Scalar.STRINGS;
            default -> new Shape.Ref(resolve(type, owner));
        };
    }

    private String resolve(String type, String owner) {
        var near = owner.substring(0, owner.lastIndexOf('.') + 1) + type;
        for (var name : List.of(near, META + type, type)) {
            if (messages.containsKey(name)) {
                return name;
            }
        }
        throw new IllegalStateException("types.txt: " + owner + " has unknown type " + type);
    }
}
