/// Deterministic tests for controllers: virtual time, seeded interleavings, injected crashes and
/// watch gaps, and the replay of a seed.
@org.jspecify.annotations.NullMarked
module dev.weir.simulate {
    requires static transitive org.jspecify;
    requires transitive dev.weir.reconcile;

    exports dev.weir.simulate;
}
