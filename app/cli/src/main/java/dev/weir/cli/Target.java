package dev.weir.cli;

import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What arguments like `cm a b`, `cm/a secret/b` or `cm,secret` point to: objects of a kind, by
/// name or all.
///
/// @param names empty for all
record Target(ResourceType<Dynamic> type, List<String> names) {
    /// Copies the names.
    Target {
        names = List.copyOf(names);
    }

    static List<Target> parse(Kinds kinds, List<String> arguments) {
        if (arguments.stream().anyMatch(argument -> argument.contains("/"))) {
            return arguments.stream().map(argument -> pair(kinds, argument)).toList();
        }
        var names = arguments.subList(1, arguments.size());
        var targets = new ArrayList<Target>();
        for (var type : kinds.allNamed(arguments.getFirst())) {
            targets.add(new Target(type, names));
        }
        return targets;
    }

    private static Target pair(Kinds kinds, String argument) {
        int slash = argument.indexOf('/');
        if (slash <= 0 || slash == argument.length() - 1 || slash != argument.lastIndexOf('/')) {
            throw new Problem(
                    "\"" + argument + "\" is no KIND/NAME; either all arguments are, or none is");
        }
        var type = kinds.named(argument.substring(0, slash));
        return new Target(type, List.of(argument.substring(slash + 1)));
    }

    /// The query for these objects only, of which there is one at most.
    Query narrow(Query query) {
        return names.isEmpty() ? query : query.fields("metadata.name=" + names.getFirst());
    }

    /// How an object is named in messages: `configmap/a`, `lease.coordination.k8s.io/b`.
    static String label(ResourceType<?> type, String name) {
        return type.kind().toLowerCase(Locale.ROOT)
                + (type.group().isEmpty() ? "" : "." + type.group())
                + "/"
                + name;
    }

    /// The object's own name.
    static String name(Json.Obj object) {
        return object.object("metadata").string("name");
    }
}
