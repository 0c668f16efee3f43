package dev.weir.resource;

import java.util.List;

/// What a jar brings to a server or a node: found by `ServiceLoader`, so that adding a subsystem is
/// adding its jar. Implementations have a public no-argument constructor and do nothing in it.
public interface Extension {
    /// One word for logs and help: the jar's subject.
    String name();

    /// Kinds that a server installs when it starts.
    default List<ResourceType<?>> kinds() {
        return List.of();
    }

    /// Rules that a server applies to writes.
    default List<AdmissionRule<?>> admissionRules() {
        return List.of();
    }

    /// What a server runs: controllers.
    default List<Program> controllers() {
        return List.of();
    }

    /// What a node runs: workloads.
    default List<Program> workloads() {
        return List.of();
    }
}
