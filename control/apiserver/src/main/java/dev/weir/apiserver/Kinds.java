package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The kinds that are served now: built-ins, and what the stored CustomResourceDefinitions say.
///
/// Readers see one immutable snapshot; the store tells of a definition before anyone can read or
/// watch it, so that who sees `Established` finds discovery and handler.
final class Kinds {
    /// The plural and group of the definitions themselves.
    static final String CRD_GROUP = "apiextensions.k8s.io";

    private final Served definitions;
    private final TreeMap<String, Entry> stored = new TreeMap<>();
    private volatile SequencedMap<String, Served> served = new LinkedHashMap<>();

    Kinds(Store store) {
        publish();
        definitions =
                find(CRD_GROUP, "v1", "customresourcedefinitions")
                        .orElseThrow(() -> new IllegalStateException("no kind for definitions"));
        for (var entry : store.list(definitions.prefix(), "", 0, 0).entries()) {
            stored.put(entry.key(), entry);
        }
        publish();
    }

    Optional<Served> find(String group, String version, String plural) {
        return Optional.ofNullable(served.get(path(group, version, plural)));
    }

    /// The kind that a reference by kind name means.
    Optional<Served> byKind(String apiVersion, String kind) {
        return served.values().stream()
                .filter(s -> s.apiVersion().equals(apiVersion) && s.names().kind().equals(kind))
                .findFirst();
    }

    /// The kind, or a refusal as the API server words it.
    Served require(String group, String version, String plural) {
        return find(group, version, plural).orElseThrow(Refusals::nowhere);
    }

    /// All kinds in all versions: built-ins first, then by group and plural.
    List<Served> all() {
        return List.copyOf(served.values());
    }

    /// One version of each stored kind.
    List<Served> storage() {
        var byPrefix = new LinkedHashMap<String, Served>();
        served.values().stream()
                .filter(kind -> kind.verbs().contains("list"))
                .forEach(kind -> byPrefix.putIfAbsent(kind.prefix(), kind));
        return List.copyOf(byPrefix.values());
    }

    /// The kind of definitions.
    Served definitions() {
        return definitions;
    }

    /// Takes in a change of a definition that nobody else sees yet.
    synchronized void committed(Write write, Entry entry) {
        if (write instanceof Write.Delete) {
            stored.remove(write.key());
        } else {
            stored.put(write.key(), entry);
        }
        publish();
    }

    private synchronized void publish() {
        var next = new LinkedHashMap<String, Served>();
        for (var builtIn : BuiltIns.all()) {
            add(next, Served.of(builtIn));
        }
        for (var entry : stored.values()) {
            of(entry).forEach(kind -> add(next, kind));
        }
        served = next;
    }

    private static void add(Map<String, Served> kinds, Served kind) {
        var names = kind.names();
        kinds.putIfAbsent(path(names.group(), names.version(), names.plural()), kind);
    }

    private static String path(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }

    private static List<Served> of(Entry definition) {
        var crd = Json.parse(definition.value()).asObject();
        var result = new ArrayList<Served>();
        if (!Established.holds(crd)) {
            return result;
        }
        var versions = crd.object("spec").array("versions").items();
        var storage = storageVersion(versions);
        for (var item : versions) {
            var version = item.asObject();
            if (version.get("served") instanceof Json.Bool on && on.value()) {
                result.add(Served.custom(crd, definition, version.string("name"), storage));
            }
        }
        return result;
    }

    private static String storageVersion(List<Json> versions) {
        for (var item : versions) {
            var version = item.asObject();
            if (version.get("storage") instanceof Json.Bool on && on.value()) {
                return version.string("name");
            }
        }
        return "";
    }
}
