package dev.weir.resource;

/// Something with an identity, a wish and a state: the interface that a kind's record implements.
///
/// A kind is a record annotated with [Kind] whose first component is `Metadata metadata`; the usual
/// others are `spec` and `@Nullable status`. Values are immutable: a change is a new record. The
/// record itself is the source of its schema, its JSON form and its CustomResourceDefinition: see
/// [ResourceType].
public interface Resource {
    /// Name, identity, labels and bookkeeping.
    Metadata metadata();
}
