package dev.weir.console;

/// The web console: the pages, as resources of this jar.
final class Placeholder {
    private Placeholder() {}
}
