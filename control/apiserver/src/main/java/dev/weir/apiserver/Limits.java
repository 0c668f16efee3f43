package dev.weir.apiserver;

import java.time.Duration;

/// How long a server waits for those who call.
///
/// @param idle after which a connection on which nothing moves is closed; that of a watch only when
///   its client has left
/// @param body in which the body of a request must arrive
/// @param write in which a client must take what it is sent
record Limits(Duration idle, Duration body, Duration write) {
    static final Limits USUAL =
            new Limits(Duration.ofSeconds(90), Duration.ofSeconds(60), Duration.ofSeconds(30));
}
