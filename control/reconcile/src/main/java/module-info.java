/// The controller runtime: informers, work queue, leader election, and the manager that runs
/// reconcilers until the world is as the resources say.
@org.jspecify.annotations.NullMarked
module dev.weir.reconcile {
    requires static transitive org.jspecify;
    requires transitive dev.weir.resource;

    exports dev.weir.reconcile;
}
