/// Sagas without a central coordinator: every node of a service carries the engine, the state lives
/// in the database that the service already has, and any live node finishes what a dead one began.
@SuppressWarnings("module") // The one that the package is for comes later.
@org.jspecify.annotations.NullMarked
module dev.weir.saga {
    requires static transitive org.jspecify;
    requires transitive java.sql;
    requires transitive java.net.http;
    requires transitive io.opentelemetry.api;
    requires io.opentelemetry.context;

    exports dev.weir.saga;
    exports dev.weir.saga.storage to
            dev.weir.lra;
}
