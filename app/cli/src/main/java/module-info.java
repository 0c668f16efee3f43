/// The command line: starts control planes and nodes, and reads and changes what any Kubernetes API
/// server holds.
@org.jspecify.annotations.NullMarked
module dev.weir.cli {
    requires static transitive org.jspecify;
    requires dev.weir.kubernetes;
    requires dev.weir.node;
    requires dev.weir.resource;
    requires dev.weir.server;
    requires dev.weir.telemetry;
    requires dev.weir.wasm;
    requires java.logging;
    requires info.picocli;
    requires org.snakeyaml.engine;

    opens dev.weir.cli to
            info.picocli;
}
