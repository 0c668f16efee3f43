package dev.weir.weave.hook;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What many requests to a server have in common, in strings that are the same objects for all of
/// them: so the hash of each is known, and what is kept by it is found by its identity.
///
/// Immutable.
///
/// @param method as it was sent
/// @param route the pattern that the path matched; null where that is not known yet
/// @param word what the span's name begins with
/// @param name the span's name
record Served(
        String method,
        String scheme,
        String protocol,
        @Nullable String route,
        String word,
        String name) {
    private static final int SLOTS = 64;

    /// Those that were met lately. A race makes one anew, no more.
    private static final @Nullable Served[] MET = new @Nullable Served[SLOTS];

    static Served of(IncomingRequest request) {
        var method = request.method();
        var scheme = request.scheme();
        var protocol = request.protocol();
        var route = request.route();
        int hash = 31 * method.hashCode() + Objects.hashCode(route);
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        var met = MET[slot];
        if (met == null
                || !met.method.equals(method)
                || !met.scheme.equals(scheme)
                || !met.protocol.equals(protocol)
                || !Objects.equals(met.route, route)) {
            var word = Http.word(method);
            var name = route == null ? word : word + " " + route;
            met = new Served(method, scheme, protocol, route, word, name);
            MET[slot] = met;
        }
        return met;
    }
}
