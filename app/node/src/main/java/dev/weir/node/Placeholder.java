package dev.weir.node;

/// The edge node program: joins a control plane and runs the workloads of its extensions.
final class Placeholder {
    private Placeholder() {}
}
