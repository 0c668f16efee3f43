package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.StatusException;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;

/// Pages of objects, all as of one revision.
final class Lists {
    private final Store store;

    Lists(Store store) {
        this.store = store;
    }

    /// A page.
    ///
    /// @param token empty on the last page
    /// @param remaining how many objects follow; negative where that is not known
    record Found(List<Entry> entries, long revision, String token, long remaining) {
        Found {
            entries = List.copyOf(entries);
        }
    }

    /// @param limit 0 for all
    /// @param token where a page ended; empty for the first
    /// @param revision 0 for the newest; ignored with a token
    Found list(
            Served kind,
            String namespace,
            Selection selection,
            int limit,
            String token,
            long revision) {
        try {
            var start = token.isEmpty() ? new Start(revision, "") : start(kind, token);
            return pages(kind, namespace, selection, limit, start);
        } catch (StoreException e) {
            if (e.code() == StoreException.Code.COMPACTED && !token.isEmpty()) {
                throw expiredToken();
            }
            throw Commits.refusal(kind, "", e);
        }
    }

    private record Start(long revision, String afterKey) {}

    private Found pages(
            Served kind, String namespace, Selection selection, int limit, Start start) {
        if (selection.everything()) {
            var page =
                    store.list(kind.prefix(namespace), start.afterKey(), limit, start.revision());
            var token = page.more() ? token(kind, page.entries().getLast(), page.revision()) : "";
            return new Found(page.entries(), page.revision(), token, page.remaining());
        }
        var matches = new ArrayList<Entry>();
        var after = start.afterKey();
        long at = start.revision();
        while (true) {
            var page = store.list(kind.prefix(namespace), after, limit == 0 ? 0 : 500, at);
            at = page.revision();
            for (var entry : page.entries()) {
                if (limit > 0 && matches.size() == limit) {
                    return new Found(matches, at, token(kind, matches.getLast(), at), -1);
                }
                if (selection.matches(Stored.read(kind, entry))) {
                    matches.add(entry);
                }
            }
            if (!page.more()) {
                return new Found(matches, at, "", -1);
            }
            after = page.entries().getLast().key();
        }
    }

    private static String token(Served kind, Entry last, long revision) {
        var token = new LinkedHashMap<String, Json>();
        token.put("v", Json.of("meta.k8s.io/v1"));
        token.put("rv", Json.of(revision));
        token.put("start", Json.of(last.key().substring(kind.prefix().length())));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(new Json.Obj(token).bytes());
    }

    private static Start start(Served kind, String token) {
        try {
            var text = Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.US_ASCII));
            var json = Json.parse(text).asObject();
            return new Start(json.integer("rv", 0), kind.prefix() + json.string("start"));
        } catch (IllegalArgumentException _) {
            throw Refusals.badRequest("continue key is not valid");
        }
    }

    private static StatusException expiredToken() {
        return StatusException.of(
                dev.weir.resource.Status.Reason.Expired,
                "The provided continue parameter is too old to display a consistent list result."
                        + " You can start a new list without the continue parameter.");
    }
}
