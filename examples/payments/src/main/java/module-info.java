/// A payment-terminal fleet.
@org.jspecify.annotations.NullMarked
module dev.weir.payments {
    requires static transitive org.jspecify;
    requires transitive dev.weir.resource;
    requires dev.weir.kubernetes;
    requires dev.weir.reconcile;
    requires dev.weir.wasm;
    requires java.net.http;
    requires jdk.httpserver;

    exports dev.weir.payments;

    provides dev.weir.resource.Extension with
            dev.weir.payments.Payments;
}
