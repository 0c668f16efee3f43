package dev.weir.weave.hook;

import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/// What a server's span tells of a request: one view for all servers.
interface IncomingRequest {
    /// How propagators read it.
    TextMapGetter<IncomingRequest> GETTER =
            new TextMapGetter<>() {
                @Override
                @SuppressWarnings("deprecation") // every getter has to have it
                public Iterable<String> keys(IncomingRequest request) {
                    return request.headerNames();
                }

                @Override
                public @Nullable String get(@Nullable IncomingRequest request, String name) {
                    return request == null ? null : request.header(name);
                }
            };

    String method();

    String scheme();

    String path();

    @Nullable String query();

    /// `1.1`, `2`.
    String protocol();

    @Nullable String header(String name);

    Iterable<String> headerNames();

    @Nullable String peer();

    int peerPort();

    /// The pattern that the path matched, as far as it is known before the request is handled.
    @Nullable String route();
}
