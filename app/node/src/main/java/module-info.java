/// The edge node program: joins a control plane and runs the workloads of its extensions.
@org.jspecify.annotations.NullMarked
module dev.weir.node {
    requires static transitive org.jspecify;
    requires dev.weir.resource;
    requires dev.weir.kubernetes;

    exports dev.weir.node;
}
