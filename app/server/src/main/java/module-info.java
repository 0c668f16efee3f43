/// The control plane as one process: the store, the API server, and the controllers and pages of
/// every jar on the module path.
@org.jspecify.annotations.NullMarked
module dev.weir.server {
    requires static transitive org.jspecify;
    requires transitive dev.weir.apiserver;
    requires transitive dev.weir.resource;
    requires dev.weir.store;

    exports dev.weir.server;

    uses dev.weir.resource.Extension;
    uses dev.weir.server.Console;
}
