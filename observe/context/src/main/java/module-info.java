/// Trace context as 32 bytes, the headers it travels in, and its place in the OpenTelemetry API.
@org.jspecify.annotations.NullMarked
module dev.weir.context {
    requires static transitive org.jspecify;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;

    exports dev.weir.context;

    provides io.opentelemetry.context.ContextStorageProvider with
            dev.weir.context.ThreadContextStorage;
}
