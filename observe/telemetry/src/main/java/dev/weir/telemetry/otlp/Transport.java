package dev.weir.telemetry.otlp;

/// Sends requests to one receiver, one at a time. Used by one thread.
interface Transport extends AutoCloseable {
    /// Sends a request and waits for its answer, until a deadline in `System.nanoTime`. Fails
    /// never: what goes wrong is an outcome.
    Outcome send(Request request, long deadline);

    /// Takes care of what the receiver says while nothing is sent. Never waits.
    void idle();

    @Override
    void close();
}
