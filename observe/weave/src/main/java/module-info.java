/// Weaves telemetry into compiled classes, at build time or as they are loaded.
@org.jspecify.annotations.NullMarked
module dev.weir.weave {
    requires static transitive org.jspecify;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
}
