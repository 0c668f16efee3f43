/// A payment-terminal fleet.
@org.jspecify.annotations.NullMarked
module dev.weir.payments {
    requires static transitive org.jspecify;
    requires dev.weir.resource;
    requires dev.weir.reconcile;

    exports dev.weir.payments;
}
