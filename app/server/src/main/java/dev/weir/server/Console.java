package dev.weir.server;

import dev.weir.apiserver.ApiServer;
import java.util.Optional;

/// Pages that a jar brings to the server: found by `ServiceLoader`, served under `/console/` to
/// anyone who can reach it. Implementations have a public no-argument constructor and do nothing in
/// it.
@FunctionalInterface
public interface Console {
    /// The page at a path below `/console/`, such as `index.html`; empty where there is none.
    Optional<ApiServer.Page> page(String path);
}
