package dev.weir.cli;

import dev.weir.kubernetes.Discovery;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Dynamic;
import dev.weir.resource.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kinds of the server, by the names that people use. Asked for once, when first needed.
final class Kinds {
    private static final int SUGGESTIONS = 3;

    private final KubernetesClient client;
    private @Nullable Discovery discovery;

    Kinds(KubernetesClient client) {
        this.client = client;
    }

    /// The kind of a plural, singular, short or kind name, with or without a group.
    ResourceType<Dynamic> named(String name) {
        return discovery().find(name).orElseThrow(() -> unknown(name));
    }

    /// The kinds of a comma-separated list of names and categories.
    List<ResourceType<Dynamic>> allNamed(String names) {
        var types = new ArrayList<ResourceType<Dynamic>>();
        for (var name : names.split(",")) {
            var category = discovery().category(name);
            if (category.isEmpty()) {
                types.add(named(name));
            } else {
                types.addAll(category);
            }
        }
        return types.stream().distinct().toList();
    }

    /// The kind of an object; asks anew where it is not known yet, as it may just have come.
    Optional<ResourceType<Dynamic>> find(String apiVersion, String kind) {
        var found = discovery().find(apiVersion, kind);
        if (found.isEmpty()) {
            discovery = null;
            found = discovery().find(apiVersion, kind);
        }
        return found;
    }

    /// That no kind of the server has this name, with those that are nearly so called.
    Problem unknown(String name) {
        if (name.isEmpty()) {
            return new Problem("an empty name of a kind; try: weir get configmaps");
        }
        var near = near(name.toLowerCase(Locale.ROOT));
        return new Problem(
                "the server has no kind \""
                        + name
                        + "\""
                        + (near.isEmpty()
                                ? ""
                                : "; did you mean " + String.join(" or ", near) + "?"));
    }

    private List<String> near(String name) {
        int limit = Math.max(1, name.length() / 3);
        record Near(String name, int distance) {}
        return discovery().types().stream()
                .map(type -> new Near(type.plural(), distance(type, name)))
                .filter(near -> near.distance <= limit)
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .map(Near::name)
                .distinct()
                .limit(SUGGESTIONS)
                .toList();
    }

    private static int distance(ResourceType<?> type, String name) {
        var names = new ArrayList<>(List.of(type.plural(), type.names().singular()));
        names.addAll(type.names().shortNames());
        return names.stream().mapToInt(n -> Distance.between(n, name)).min().orElseThrow();
    }

    private Discovery discovery() {
        var known = discovery;
        if (known == null) {
            known = client.discovery();
            discovery = known;
        }
        return known;
    }
}
