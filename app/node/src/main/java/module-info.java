/// The edge node as one process: it joins a control plane and runs the workloads of every jar on
/// the module path.
@org.jspecify.annotations.NullMarked
module dev.weir.node {
    requires static transitive org.jspecify;
    requires transitive dev.weir.kubernetes;
    requires transitive dev.weir.resource;
    requires jdk.httpserver;

    exports dev.weir.node;

    uses dev.weir.resource.Extension;
}
