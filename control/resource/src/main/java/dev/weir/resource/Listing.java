package dev.weir.resource;

import java.util.List;

/// A page of objects.
///
/// @param resourceVersion the revision that the page shows; a watch from here misses nothing
/// @param continueToken asks for the next page; empty on the last
public record Listing<R extends Resource>(
        List<R> items, String resourceVersion, String continueToken) {
    /// Copies the items.
    public Listing {
        items = List.copyOf(items);
    }
}
