package dev.weir.telemetry.otlp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Payloads of one signal that are sent as one request: the fields of an `Export...ServiceRequest`
/// are repeated, so that requests behind each other are one request.
record Batch(Signal signal, List<Payload> payloads, long size) {
    Batch {
        payloads = List.copyOf(payloads);
    }

    int items() {
        int items = 0;
        for (var payload : payloads) {
            items += payload.items();
        }
        return items;
    }

    List<ByteBuffer> parts() {
        if (payloads.size() == 1) {
            return payloads.getFirst().parts();
        }
        var parts = new ArrayList<ByteBuffer>();
        for (var payload : payloads) {
            parts.addAll(payload.parts());
        }
        return parts;
    }
}
