package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetrySource;
import io.opentelemetry.api.common.Attributes;

/// Walks what the requests of all signals have around their items: resources, and scopes in them. A
/// resource or scope may stand behind what it is of, so each message is looked through for it
/// first.
final class ScopeWalk {
    private ScopeWalk() {}

    /// Takes one item of a scope.
    @FunctionalInterface
    interface Item {
        void item(TelemetrySource source, ProtoReader message);
    }

    /// All items of an `Export...ServiceRequest`, in order.
    static void items(byte[] request, Item item) {
        for (var fields = new ProtoReader(request); fields.next(); ) {
            if (fields.field() == 1) {
                resource(fields.message(), item);
            } else {
                fields.skip();
            }
        }
    }

    private static void resource(ProtoReader resourceItems, Item item) {
        var resource = Attributes.empty();
        for (var fields = resourceItems.again(); fields.next(); ) {
            if (fields.field() == 1) {
                resource = CommonDecoder.resource(fields.message());
            } else {
                fields.skip();
            }
        }
        var source = CommonDecoder.source(resource);
        while (resourceItems.next()) {
            if (resourceItems.field() == 2) {
                scope(source, resourceItems.message(), item);
            } else {
                resourceItems.skip();
            }
        }
    }

    private static void scope(TelemetrySource resource, ProtoReader scopeItems, Item item) {
        var source = resource;
        for (var fields = scopeItems.again(); fields.next(); ) {
            if (fields.field() == 1) {
                source = CommonDecoder.scoped(resource, fields.message());
            } else {
                fields.skip();
            }
        }
        while (scopeItems.next()) {
            if (scopeItems.field() == 2) {
                item.item(source, scopeItems.message());
            } else {
                scopeItems.skip();
            }
        }
    }
}
