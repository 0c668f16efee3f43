/// A payment-terminal fleet.
@org.jspecify.annotations.NullMarked
module dev.weir.payments {
    requires static transitive org.jspecify;
    requires transitive dev.weir.resource;
    requires dev.weir.kubernetes;
    requires dev.weir.reconcile;
    requires dev.weir.saga;
    requires dev.weir.wasm;
    requires com.h2database;
    requires java.net.http;
    requires jdk.httpserver;
    // H2 says nothing about what it needs.
    requires java.management;
    requires java.naming;

    exports dev.weir.payments;

    // For the codec of a saga's context.
    opens dev.weir.payments to
            dev.weir.saga;

    provides dev.weir.resource.Extension with
            dev.weir.payments.Payments;
}
