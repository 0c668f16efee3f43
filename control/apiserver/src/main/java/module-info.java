/// An embedded Kubernetes API server: kubectl and every other Kubernetes client can talk to it, and
/// controllers in the same process go through the same admission without HTTP.
@org.jspecify.annotations.NullMarked
module dev.weir.apiserver {
    requires static transitive org.jspecify;
    requires transitive dev.weir.resource;
    requires transitive dev.weir.store;
    requires re2j;
    requires org.eclipse.jetty.alpn.java.server;
    requires org.eclipse.jetty.alpn.server;
    requires org.eclipse.jetty.http2.server;
    requires org.eclipse.jetty.server;
    requires org.snakeyaml.engine;

    exports dev.weir.apiserver;
}
