/// The test kit of the controller runtime: controllers, a real API server and their users in one
/// thread and in virtual time, in an order that a seed decides, with crashes and failures that it
/// injects.
@org.jspecify.annotations.NullMarked
module dev.weir.simulate {
    requires static transitive org.jspecify;
    requires transitive dev.weir.reconcile;
    requires transitive dev.weir.resource;
    requires dev.weir.apiserver;
    requires dev.weir.store;

    exports dev.weir.simulate;
}
