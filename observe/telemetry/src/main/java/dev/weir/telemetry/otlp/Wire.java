package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A connection to a peer. No call waits for longer than its deadline, in `System.nanoTime`. Used
/// by one thread.
interface Wire extends AutoCloseable {
    /// Sends all of the first buffers of an array, in order.
    ///
    /// @throws java.net.SocketTimeoutException when the deadline has passed
    void write(ByteBuffer[] sources, int count, long deadline) throws IOException;

    /// Reads what is there; waits for the first byte.
    ///
    /// @return -1 when the peer has ended
    /// @throws java.net.SocketTimeoutException when the deadline has passed
    int read(ByteBuffer target, long deadline) throws IOException;

    /// Reads what is there and never waits.
    ///
    /// @return 0 when nothing is there, -1 when the peer has ended
    int readNow(ByteBuffer target) throws IOException;

    @Override
    void close();
}
