package dev.weir.apiserver;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who names whom as an owner, as far as the store was followed. One thread owns it.
final class Ownership {
    private final Map<String, Node> nodes = new HashMap<>();

    /// The keys of those who name a uid.
    private final Map<String, Set<String>> dependents = new HashMap<>();

    private record Node(String uid, Set<String> owners) {}

    void clear() {
        nodes.clear();
        dependents.clear();
    }

    /// All that are known.
    Set<String> keys() {
        return nodes.keySet();
    }

    /// Takes note of an object and its owners now.
    void put(String key, String uid, Set<String> owners) {
        unlink(nodes.put(key, new Node(uid, owners)), key);
        for (var owner : owners) {
            dependents.computeIfAbsent(owner, _ -> new LinkedHashSet<>()).add(key);
        }
    }

    /// Forgets an object.
    ///
    /// @return the keys of those who named it
    Set<String> remove(String key) {
        var node = nodes.remove(key);
        unlink(node, key);
        return node == null ? Set.of() : dependents(node.uid());
    }

    /// The keys of those who name a uid, in a set of its own.
    Set<String> dependents(String uid) {
        return new LinkedHashSet<>(dependents.getOrDefault(uid, Set.of()));
    }

    private void unlink(@Nullable Node node, String key) {
        if (node == null) {
            return;
        }
        for (var owner : node.owners()) {
            var named = dependents.get(owner);
            if (named != null && named.remove(key) && named.isEmpty()) {
                dependents.remove(owner);
            }
        }
    }
}
