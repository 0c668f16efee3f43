package dev.weir.cli;

/// What `-o` takes.
enum Format {
    YAML,
    JSON,
    WIDE,
    NAME
}
