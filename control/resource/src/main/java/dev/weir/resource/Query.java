package dev.weir.resource;

/// What to list or watch.
///
/// @param namespace empty for all namespaces
/// @param fieldSelector such as `metadata.name=a`; empty for none
/// @param limit the greatest count of objects in a page; 0 for all
/// @param continueToken where a page ended, from [Listing#continueToken()]
/// @param resourceVersion list: empty for the newest state, `0` for any, else not older than this;
///   watch: after this
/// @param bookmarks whether a watch sends [WatchEvent.Bookmark]s
public record Query(
        String namespace,
        Selector labels,
        String fieldSelector,
        int limit,
        String continueToken,
        String resourceVersion,
        boolean bookmarks) {

    /// Everything in all namespaces.
    public static final Query ALL = new Query("", Selector.ALL, "", 0, "", "", true);

    /// Everything in one namespace.
    public static Query in(String namespace) {
        return new Query(namespace, Selector.ALL, "", 0, "", "", true);
    }

    /// This query for objects with matching labels.
    public Query select(Selector selector) {
        return new Query(
                namespace,
                selector,
                fieldSelector,
                limit,
                continueToken,
                resourceVersion,
                bookmarks);
    }

    /// This query for objects whose fields match, such as `metadata.name=a`.
    public Query fields(String selector) {
        return new Query(
                namespace, labels, selector, limit, continueToken, resourceVersion, bookmarks);
    }

    /// This query, at most `count` objects a page, from a page's end on (empty: from the start).
    public Query page(int count, String token) {
        return new Query(
                namespace, labels, fieldSelector, count, token, resourceVersion, bookmarks);
    }

    /// This query from another resource version.
    public Query from(String version) {
        return new Query(
                namespace, labels, fieldSelector, limit, continueToken, version, bookmarks);
    }
}
