/// A durable, revisioned, watchable key-value log. Every acknowledged write is on disk before its
/// writer, or anyone who watches, hears of it.
@org.jspecify.annotations.NullMarked
module dev.weir.store {
    requires static transitive org.jspecify;

    exports dev.weir.store;
}
