package dev.weir.cli;

import dev.weir.resource.Query;
import dev.weir.resource.Selector;
import picocli.CommandLine.Option;

/// The options by which commands choose objects.
final class Selecting {
    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            defaultValue = "",
            description = "Only objects with these labels, such as app=shop,tier!=test.")
    private String labels = "";

    @Option(
            names = "--field-selector",
            paramLabel = "FIELDS",
            defaultValue = "",
            description = "Only objects with these fields, such as metadata.name=a.")
    private String fields = "";

    boolean any() {
        return !labels.isEmpty() || !fields.isEmpty();
    }

    Query of(Query query) {
        try {
            return query.select(Selector.parse(labels)).fields(fields);
        } catch (IllegalArgumentException e) {
            throw new Problem("--selector: " + e.getMessage(), e);
        }
    }
}
