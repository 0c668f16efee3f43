package dev.weir.cli;

import dev.weir.resource.Json;
import java.util.LinkedHashMap;

/// Computes JSON merge patches (RFC 7386): objects member by member, everything else as a whole.
final class MergePatch {
    private MergePatch() {}

    /// What turns one object into another; empty where they are equal.
    static Json.Obj between(Json.Obj from, Json.Obj to) {
        return diff(from, to, from);
    }

    /// What brings a manifest into force: its members where the live object differs, and `null` for
    /// what the last manifest had and this one has no more. What others added stays.
    ///
    /// @param last the manifest that was applied before; empty for none
    static Json.Obj threeWay(Json.Obj last, Json.Obj manifest, Json.Obj live) {
        return diff(live, manifest, last);
    }

    /// @param owned whose members are removed where `to` lacks them and `live` has them
    private static Json.Obj diff(Json.Obj live, Json.Obj to, Json.Obj owned) {
        var patch = new LinkedHashMap<String, Json>();
        to.members()
                .forEach((name, wanted) -> {
                    var now = live.get(name);
                    if (wanted instanceof Json.Obj inner && now instanceof Json.Obj liveInner) {
                        var change = diff(liveInner, inner, owned.object(name));
                        if (!change.isEmpty()) {
                            patch.put(name, change);
                        }
                    } else if (!wanted.equals(now)
                            && !(wanted instanceof Json.Null && now == null)) {
                        patch.put(name, wanted);
                    }
                });
        for (var name : owned.members().keySet()) {
            if (!to.has(name) && live.has(name)) {
                patch.put(name, Json.NULL);
            }
        }
        return new Json.Obj(patch);
    }
}
