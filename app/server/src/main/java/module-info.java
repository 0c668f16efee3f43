/// The control plane program: store, API server, extensions and console in one process.
@org.jspecify.annotations.NullMarked
module dev.weir.server {
    requires static transitive org.jspecify;
    requires dev.weir.resource;
    requires dev.weir.store;
    requires dev.weir.apiserver;
    requires dev.weir.reconcile;
    requires dev.weir.console;

    exports dev.weir.server;
}
