/// A client for any Kubernetes API server over HTTPS: Weir's own, or a real cluster's.
@org.jspecify.annotations.NullMarked
module dev.weir.kubernetes {
    requires static transitive org.jspecify;
    requires transitive dev.weir.resource;
    requires java.net.http;
    requires org.snakeyaml.engine;

    exports dev.weir.kubernetes;
}
