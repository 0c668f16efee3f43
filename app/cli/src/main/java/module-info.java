/// The command line.
@org.jspecify.annotations.NullMarked
module dev.weir.cli {
    requires static transitive org.jspecify;
    requires dev.weir.resource;
    requires dev.weir.kubernetes;
    requires dev.weir.server;
    requires dev.weir.node;
    requires info.picocli;

    exports dev.weir.cli;
}
