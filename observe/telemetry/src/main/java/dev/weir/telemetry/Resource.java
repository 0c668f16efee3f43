package dev.weir.telemetry;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What all telemetry of an engine is of: the service, and what runs it.
///
/// It is put together when it is first asked for, which is when something is sent: that takes
/// longer than all else that an engine does before its process is ready. Thread-safe.
final class Resource implements Supplier<byte[]> {
    private static final String SERVICE = "service.name";

    private final String usualName;
    private final @Nullable ResourceDetection detection;
    private final Map<String, String> told;
    private final @Nullable Attributes own;
    private @Nullable Attributes attributes;
    private byte @Nullable [] encoded;

    /// @param usualName of the service, where nothing else gives it one
    /// @param detection what finds out more, if anything
    /// @param told what settings say; wins over what was found out
    /// @param own what the program says; wins over all
    Resource(
            String usualName,
            @Nullable ResourceDetection detection,
            Map<String, String> told,
            @Nullable Attributes own) {
        this.usualName = usualName;
        this.detection = detection;
        this.told = told;
        this.own = own;
    }

    synchronized Attributes attributes() {
        var known = attributes;
        if (known == null) {
            var all = Attributes.builder().put(SERVICE, usualName);
            if (detection != null) {
                all.putAll(detection.attributes());
            }
            for (var pair : told.entrySet()) {
                all.put(pair.getKey(), pair.getValue());
            }
            if (own != null) {
                all.putAll(own);
            }
            known = all.build();
            attributes = known;
        }
        return known;
    }

    /// The field `resource` (1) of `ResourceSpans`, `ResourceMetrics` and `ResourceLogs`
    /// (opentelemetry/proto/trace/v1/trace.proto, and its siblings). Not to be written to.
    @Override
    public synchronized byte[] get() {
        var known = encoded;
        if (known == null) {
            var out = new ProtoWriter(512);
            int mark = out.begin(1);
            out.attributes(1, attributes());
            out.end(mark);
            known = out.toByteArray();
            encoded = known;
        }
        return known;
    }
}
