/// The web console: the pages, as resources of this jar.
@org.jspecify.annotations.NullMarked
module dev.weir.console {
    requires static transitive org.jspecify;

    exports dev.weir.console;
}
