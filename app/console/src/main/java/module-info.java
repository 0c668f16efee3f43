/// The web console: a page that shows, live, what a control plane holds and does.
@org.jspecify.annotations.NullMarked
module dev.weir.console {
    requires static transitive org.jspecify;
    requires transitive dev.weir.apiserver;
    requires transitive dev.weir.server;

    exports dev.weir.console;

    provides dev.weir.server.Console with
            dev.weir.console.WebConsole;
}
