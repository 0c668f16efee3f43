package dev.weir.reconcile;

/// What to reconcile: an object's namespace (empty for cluster-scoped kinds) and name.
public record Request(String namespace, String name) {}
