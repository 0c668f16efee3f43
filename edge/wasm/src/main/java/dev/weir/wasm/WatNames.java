package dev.weir.wasm;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An index space of a text module: how many there are, and the names of some.
final class WatNames {
    private final String what;
    private final Map<String, Integer> names = new HashMap<>();
    private int size;

    WatNames(String what) {
        this.what = what;
    }

    /// Takes the next index, for a name or null.
    int add(@Nullable Node id) {
        if (id != null && names.put(id.text(), size) != null) {
            throw new MalformedException(id.at(), "duplicate " + what + " " + id);
        }
        return size++;
    }

    int size() {
        return size;
    }

    Map<String, Integer> names() {
        return names;
    }

    /// The index that a name or number stands for.
    long index(Node node) {
        if (!node.isIndex()) {
            throw node.unexpected();
        }
        if (!node.isId()) {
            return WatNumber.unsigned(node, 32);
        }
        var index = names.get(node.text());
        if (index == null) {
            throw new MalformedException(node.at(), "unknown " + what + " " + node);
        }
        return index;
    }
}
