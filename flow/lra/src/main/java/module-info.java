/// MicroProfile Long Running Actions without a coordinator process: every node of a service answers
/// as coordinator, the state lives in the database that the service already has, and any live node
/// finishes what a dead one began.
@org.jspecify.annotations.NullMarked
module dev.weir.lra {
    requires static transitive org.jspecify;
    requires transitive dev.weir.saga;
    requires transitive java.sql;
    requires transitive jdk.httpserver;
    requires java.net.http;

    exports dev.weir.lra;
}
